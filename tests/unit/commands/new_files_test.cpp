#include "commands/new_files.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

using namespace det::commands;
using det::testing::read_file;
using det::testing::TemporaryDirectory;
using det::testing::thrown;
using det::testing::tree;
using det::testing::write_file;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("new files come into a directory that did not exist") {
  const TemporaryDirectory folder;
  write_files(folder / "deep/out", {{"a.csv", "one\r\n"}, {"b.csv", ""}});
  CHECK(tree(folder.path()) == Names{"deep/", "deep/out/", "deep/out/a.csv", "deep/out/b.csv"});
  CHECK(read_file(folder / "deep/out/a.csv") == "one\r\n");
}

TEST_CASE("a new file replaces an old one, and a link but not what the link leads to") {
  const TemporaryDirectory folder;
  write_file(folder / "a.csv", "old");
  write_file(folder / "precious", "precious");
  std::filesystem::create_symlink("precious", folder / "b.csv");
  write_files(folder.path(), {{"a.csv", "new"}, {"b.csv", "new"}});
  CHECK(tree(folder.path()) == Names{"a.csv", "b.csv", "precious"});
  CHECK(read_file(folder / "a.csv") == "new");
  CHECK(read_file(folder / "precious") == "precious");
}

TEST_CASE("new files have the mode that the user's mask gives") {
  const TemporaryDirectory folder;
  const auto mask = ::umask(027);
  write_files(folder.path(), {{"a.csv", "text"}});
  ::umask(mask);
  CHECK(std::filesystem::status(folder / "a.csv").permissions() == std::filesystem::perms{0640});
}

TEST_CASE("a place that is taken by a directory leaves nothing half-written") {
  const TemporaryDirectory folder;
  write_file(folder / "a.csv/inner", "text");
  const auto error = thrown([&] { write_files(folder.path(), {{"a.csv", "new"}}); });
  CHECK(error.failure == det::Failure::local_disk);
  CHECK(tree(folder.path()) == Names{"a.csv/", "a.csv/inner"});
}

TEST_CASE("a directory that is a file is refused") {
  const TemporaryDirectory folder;
  write_file(folder / "out", "text");
  const auto error = thrown([&] { write_files(folder / "out", {{"a.csv", "new"}}); });
  CHECK(error.failure == det::Failure::local_disk);
  CHECK(error.message == "cannot make directory " + (folder / "out").native() + ": Not a directory");
}
