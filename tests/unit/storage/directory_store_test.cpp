#include "storage/directory_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "model/error.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using storage::DirectoryStore;
using storage::Removed;

constexpr const char* one = "11111111-0000-4000-8000-000000000001";
constexpr uid_t nobody = 65534;
constexpr auto read_only = fs::perms(0555);

// A root with a place for checkpoints in it, and something outside that must stay.
struct Place {
  TemporaryDirectory top;
  fs::path base = top / "root/checkpoints";

  Place() {
    fs::create_directories(base);
    write_file(top / "outside/precious", "stays");
  }
  ~Place() { CHECK(read_file(top / "outside/precious") == "stays"); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  DirectoryStore store() const { return {top / "root", base}; }
  fs::path of(const std::string& path) const { return base / one / path; }
};

std::vector<std::string> paths(const std::vector<model::CheckpointFile>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.path + " " + std::to_string(file.size_bytes));
  return names;
}

std::vector<std::string> paths(const std::optional<std::vector<storage::StoredObject>>& objects) {
  if (!objects) return {"(absent)"};
  return paths(storage::files_of(*objects));
}

std::string whole(const storage::Store& store, const std::string& name) {
  std::string bytes;
  const bool there = store.read(name, {0, 1000}, [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  return there ? bytes : "(absent)";
}

storage::Pieces pieces(std::vector<std::string> list) {
  return [list = std::move(list), next = std::size_t{0}]() mutable -> std::string_view {
    return next < list.size() ? std::string_view(list[next++]) : std::string_view();
  };
}

TEST_CASE("a store lists folders and files by path, and leaves links and special files out") {
  const Place place;
  write_file(place.of("code/model_def.py"), "abc");
  write_file(place.of("a"), "12345");
  fs::create_directory(place.of("empty"));
  fs::create_symlink(place.top / "outside", place.of("link"));
  mkfifo(place.of("pipe").c_str(), 0600);
  CHECK(paths(place.store().list(one)) ==
        std::vector<std::string>{"a 5", "code/ 0", "code/model_def.py 3", "empty/ 0"});
  CHECK(paths(place.store().list("22222222")) == std::vector<std::string>{"(absent)"});
}

TEST_CASE("a store that does not exist is empty, takes nothing, and has removed nothing") {
  const Place place;
  DirectoryStore store(place.top / "root", place.top / "root/later/checkpoints");
  CHECK(paths(store.list(one)) == std::vector<std::string>{"(absent)"});
  CHECK(whole(store, "a/b") == "(absent)");
  const auto missing = thrown([&] { store.remove_checkpoint(one); });
  CHECK(missing.failure == Failure::storage);
  CHECK(missing.message ==
        "its storage " + (place.top / "root/later/checkpoints").native() + " is not there");
  CHECK(thrown([&] { store.remove_files(one, [](auto) { return true; }); }).failure == Failure::storage);
  CHECK(thrown([&] { store.put("a", pieces({"x"})); }).failure == Failure::storage);
}

TEST_CASE("a range of an object is read, and less where it ends") {
  const Place place;
  write_file(place.of("a"), "0123456789");
  const auto store = place.store();
  const auto range = [&](std::uint64_t offset, std::uint64_t length) {
    std::string bytes;
    CHECK(store.read(std::string(one) + "/a", {offset, length}, [&](std::string_view piece) {
      bytes += piece;
      return true;
    }));
    return bytes;
  };
  CHECK(range(2, 3) == "234");
  CHECK(range(8, 5) == "89");
  CHECK(range(20, 5).empty());
  CHECK(whole(store, std::string(one) + "/b") == "(absent)");
}

TEST_CASE("no name and no link leads out of a store") {
  const Place place;
  write_file(place.of("a"), "x");
  fs::create_symlink(place.top / "outside", place.of("out"));
  fs::create_symlink(place.top / "outside/precious", place.of("precious"));
  const auto store = place.store();
  for (const auto* name : {"../outside/precious", "/etc/passwd", "a/../../b", ""}) {
    CHECK(thrown([&] { whole(store, name); }).failure == Failure::integrity);
    CHECK(thrown([&] { store.list(name); }).failure == Failure::integrity);
  }
  for (const auto* name : {"/out/precious", "/precious"}) {
    const auto refused = thrown([&] { whole(store, one + std::string(name)); });
    CHECK(refused.message.ends_with("a symbolic link is in the way"));
  }
  mkfifo(place.of("pipe").c_str(), 0600);
  CHECK(thrown([&] { whole(store, one + std::string("/pipe")); }).message.ends_with("it is no regular file"));
}

TEST_CASE("an object is put in place whole, with its folders, in the place of another") {
  const Place place;
  auto store = place.store();
  store.put("a/b/c", pieces({"one ", "two"}));
  CHECK(whole(store, "a/b/c") == "one two");
  store.put("a/b/c", pieces({"three"}));
  CHECK(whole(store, "a/b/c") == "three");
  CHECK_THROWS(store.put("a/b/c", []() -> std::string_view { throw std::runtime_error("cut off"); }));
  CHECK(whole(store, "a/b/c") == "three");
  CHECK(tree(place.base) == std::vector<std::string>{"a/", "a/b/", "a/b/c"});
  fs::create_symlink(place.top / "outside/precious", place.base / "link");
  CHECK(thrown([&] { store.put("link", pieces({"x"})); }).failure == Failure::storage);
}

TEST_CASE("removing an object that is not there succeeds, and a folder is no object") {
  const Place place;
  auto store = place.store();
  store.put("a/b", pieces({"x"}));
  store.remove("a/b");
  store.remove("a/b");
  store.remove("none/b");
  CHECK(tree(place.base) == std::vector<std::string>{"a/"});
  CHECK(thrown([&] { store.remove("a"); }).failure == Failure::storage);
}

TEST_CASE("a checkpoint goes with all that is in it, and what its links point to stays") {
  const Place place;
  write_file(place.of("code/model_def.py"), "abc");
  fs::create_directory(place.of("empty"));
  fs::create_symlink(place.top / "outside", place.of("code/out"));
  fs::create_symlink("nowhere", place.of("dangling"));
  mkfifo(place.of("pipe").c_str(), 0600);
  write_file(place.base / "other/file", "x");
  auto store = place.store();
  CHECK(store.remove_checkpoint(one).failure.empty());
  CHECK(store.remove_checkpoint(one).failure.empty());
  CHECK(tree(place.base) == std::vector<std::string>{"other/", "other/file"});
}

TEST_CASE("a checkpoint that is a link or a file is left alone") {
  const Place place;
  auto store = place.store();
  fs::create_symlink(place.top / "outside", place.base / one);
  CHECK(store.remove_checkpoint(one).failure == std::string(one) + " is not touched: it is no directory");
  CHECK_FALSE(store.remove_files(one, [](auto) { return true; }).failure.empty());
  fs::remove(place.base / one);
  write_file(place.base / one, "x");
  CHECK_FALSE(store.remove_checkpoint(one).failure.empty());
  CHECK(tree(place.base) == std::vector<std::string>{one});
}

TEST_CASE("only a plain name is taken for a checkpoint") {
  const Place place;
  auto store = place.store();
  for (const auto* name : {"..", ".", "", "a/b", ".trash-a", "../outside"}) {
    CHECK(thrown([&] { store.remove_checkpoint(name); }).failure == Failure::integrity);
  }
}

TEST_CASE("a removal that was cut off is finished, also when the checkpoint has come again") {
  const Place place;
  write_file(place.base / (".trash-" + std::string(one)) / "half/left", "x");
  auto store = place.store();
  SECTION("it has not") {}
  SECTION("it has") {
    write_file(place.of("late"), "x");
  }
  CHECK(store.remove_checkpoint(one).failure.empty());
  CHECK(tree(place.base).empty());
}

TEST_CASE("a checkpoint that nests deeper than there are descriptors goes too") {
  const Place place;
  fs::create_directory(place.base / one);
  int here = open((place.base / one).c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < 3000; ++i) {
    REQUIRE(mkdirat(here, "d", 0700) == 0);
    const int below = openat(here, "d", O_RDONLY | O_DIRECTORY);
    close(here);
    here = below;
  }
  close(here);
  CHECK(place.store().remove_checkpoint(one).failure.empty());
  CHECK(tree(place.base).empty());
}

TEST_CASE("chosen files and folders go, and what is left is told") {
  const Place place;
  write_file(place.of("nested/deep/a"), "x");
  write_file(place.of("nested/b"), "x");
  write_file(place.of("keep/c"), "xyz");
  fs::create_symlink(place.top / "outside", place.of("keep/link"));
  auto store = place.store();
  const auto removed = store.remove_files(one, [](std::string_view path) {
    return path == "nested/deep/" || path == "nested/b" || path == "keep/link";
  });
  CHECK(removed.failure.empty());
  CHECK(paths(removed.left) == std::vector<std::string>{"keep/ 0", "keep/c 3", "nested/ 0"});
  CHECK(tree(place.of("keep")) == std::vector<std::string>{"c"});
}

// Files are removed with the rights of somebody who has few.
class AsNobody {
 public:
  AsNobody() : changed_(geteuid() == 0 && seteuid(nobody) == 0) {}
  ~AsNobody() {
    if (changed_) CHECK(seteuid(0) == 0);
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool changed_;
};

TEST_CASE("what must not be removed is left under its name and told") {
  const Place place;
  write_file(place.of("mine/a"), "x");
  write_file(place.of("locked/b"), "xy");
  for (const auto& path : {place.base, place.base / one, place.of("mine")}) {
    fs::permissions(path, fs::perms::all);
  }
  fs::permissions(place.of("locked"), read_only);
  auto store = place.store();
  Removed removed;
  {
    const AsNobody few_rights;
    removed = store.remove_checkpoint(one);
  }
  CHECK(removed.failure == "cannot remove b: permission denied");
  CHECK(paths(removed.left) == std::vector<std::string>{"locked/ 0", "locked/b 2"});
  CHECK(tree(place.base).front() == one + std::string("/"));
  fs::permissions(place.of("locked"), fs::perms::all);
  CHECK(store.remove_checkpoint(one).failure.empty());
  CHECK(tree(place.base).empty());
}

TEST_CASE("a checkpoint in a folder that must not be written stays whole") {
  const Place place;
  write_file(place.of("a"), "x");
  fs::permissions(place.base, read_only);
  auto store = place.store();
  Removed removed;
  {
    const AsNobody few_rights;
    removed = store.remove_checkpoint(one);
  }
  fs::permissions(place.base, fs::perms::all);
  CHECK(removed.failure == std::string("cannot remove ") + one + ": permission denied");
  CHECK(paths(removed.left) == std::vector<std::string>{"a 1"});
  CHECK(tree(place.base) == std::vector<std::string>{one + std::string("/"), one + std::string("/a")});
}

TEST_CASE("the way from the root to a store leads over no link") {
  const Place place;
  fs::create_symlink(place.top / "outside", place.top / "root/link");
  CHECK(thrown([&] { DirectoryStore(place.top / "root", place.top / "root/link"); }).failure ==
        Failure::storage);
}

}  // namespace
}  // namespace det::testing
