#include "client/token_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using det::Failure;
using det::client::TokenStore;
using det::testing::NeverCancelled;
using det::testing::read_file;
using det::testing::TemporaryDirectory;
using det::testing::write_file;

namespace {

const std::string master = "http://m:8080";

// A home of its own, with the store's directory below it.
struct Home {
  TemporaryDirectory directory;
  NeverCancelled never = {};
  std::vector<std::string> warnings = {};

  std::filesystem::path folder() const { return directory / "config/determined"; }
  std::filesystem::path file() const { return folder() / "auth.json"; }
  TokenStore store(const std::string& address = master) {
    return {folder(), address, never, [this](std::string_view sentence) { warnings.emplace_back(sentence); }};
  }
};

unsigned mode(const std::filesystem::path& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777;
}

}  // namespace

TEST_CASE("without a file there are no tokens, and reading makes none") {
  Home home;
  auto store = home.store();
  CHECK(store.token("ann") == std::nullopt);
  CHECK(store.active_user() == std::nullopt);
  CHECK(store.users().empty());
  CHECK(det::testing::tree(home.directory.path()).empty());
}

TEST_CASE("a login is there for the next store, in a file for its owner alone") {
  Home home;
  home.store().log_in("ann", "A");
  auto store = home.store();
  CHECK(store.active_user() == "ann");
  CHECK(store.token("ann") == "A");
  CHECK(mode(home.file()) == 0600);
  CHECK(mode(home.folder()) == 0700);
  CHECK(det::testing::tree(home.folder()) == std::vector<std::string>{"auth.json", "auth.json.lock"});
}

TEST_CASE("masters do not know each other's tokens, nor lose them") {
  Home home;
  home.store().log_in("ann", "A");
  home.store("http://other:80").log_in("bob", "B");
  CHECK(home.store().users() == std::vector<std::string>{"ann"});
  CHECK(home.store("http://other:80").token("bob") == "B");
}

TEST_CASE("a change keeps what another process has written meanwhile") {
  Home home;
  auto early = home.store();
  CHECK(early.users().empty());
  home.store().log_in("ann", "A");
  early.remember("bob", "B");
  CHECK(home.store().users() == std::vector<std::string>{"ann", "bob"});
  CHECK(home.store().active_user() == "ann");
}

TEST_CASE("logging out forgets the token, and the active user where it is that one") {
  Home home;
  auto store = home.store();
  store.remember("bob", "B");
  store.log_in("ann", "A");
  store.log_out("bob");
  CHECK(store.active_user() == "ann");
  store.log_out("ann");
  CHECK(store.active_user() == std::nullopt);
  CHECK(home.store().users().empty());
}

TEST_CASE("the active user may be forgotten alone") {
  Home home;
  auto store = home.store();
  store.log_in("ann", "A");
  store.clear_active();
  CHECK(store.active_user() == std::nullopt);
  CHECK(home.store().token("ann") == "A");
}

TEST_CASE("a refused token is forgotten, a newer one is not") {
  Home home;
  auto store = home.store();
  store.remember("ann", "old");
  home.store().remember("ann", "new");
  store.forget("ann", "old");
  CHECK(store.token("ann") == "new");
  store.forget("ann", "new");
  CHECK(home.store().token("ann") == std::nullopt);
}

TEST_CASE("a file that others may read is narrowed when it is read") {
  Home home;
  write_file(home.file(), R"({"tokens": {"ann": "A"}})");
  ::chmod(home.file().c_str(), 0644);
  CHECK(home.store().token("ann") == "A");
  CHECK(mode(home.file()) == 0600);
}

TEST_CASE("a directory of another name keeps its mode") {
  Home home;
  std::filesystem::create_directory(home.directory / "chosen");
  ::chmod((home.directory / "chosen").c_str(), 0755);
  TokenStore(home.directory / "chosen", master, home.never, {}).log_in("ann", "A");
  CHECK(mode(home.directory / "chosen") == 0755);
  CHECK(mode(home.directory / "chosen/auth.json") == 0600);
}

TEST_CASE("a damaged file is put aside, and nobody is signed in") {
  Home home;
  write_file(home.file(), "{\"tokens");
  CHECK(home.store().token("ann") == std::nullopt);
  CHECK(det::testing::tree(home.folder()) == std::vector<std::string>{"auth.json.corrupted"});
  CHECK(read_file(home.folder() / "auth.json.corrupted") == "{\"tokens");
  CHECK(home.warnings ==
        std::vector<std::string>{"the token file " + home.file().string() +
                                 " is damaged and was put aside as " + home.file().string() + ".corrupted"});
  home.store().log_in("ann", "A");
  CHECK(home.store().token("ann") == "A");
}

TEST_CASE("a damaged file stays where it lies when there is nobody to tell") {
  Home home;
  write_file(home.file(), "{\"tokens");
  CHECK(TokenStore(home.folder(), master, home.never, {}).token("ann") == std::nullopt);
  CHECK(det::testing::tree(home.folder()) == std::vector<std::string>{"auth.json"});
}

TEST_CASE("a stale temporary file, or a link in its place, does not matter") {
  Home home;
  write_file(home.directory / "victim", "precious");
  std::filesystem::create_directories(home.folder());
  std::filesystem::create_symlink(home.directory / "victim", home.folder() / "auth.json.temp");
  home.store().log_in("ann", "A");
  CHECK(read_file(home.directory / "victim") == "precious");
  CHECK(home.store().token("ann") == "A");
}

TEST_CASE("a token that cannot be kept is warned of, and known to this process") {
  Home home;
  write_file(home.directory / "config", "no directory");
  auto store = home.store();
  store.remember("ann", "A");
  CHECK(store.token("ann") == "A");
  REQUIRE(home.warnings.size() == 1);
  CHECK(home.warnings.front().rfind("the token file was not changed: could not make the directory ", 0) == 0);
  CHECK(det::testing::thrown([&] { store.log_in("ann", "A"); }).failure == Failure::local_disk);
}

TEST_CASE("a file that is no regular file is an error") {
  Home home;
  std::filesystem::create_directories(home.file());
  CHECK(det::testing::thrown([&] { home.store().token("ann"); }).message ==
        "could not read " + home.file().string() + ": it is no regular file");
}
