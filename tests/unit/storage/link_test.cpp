#include "storage/link.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

struct Shelf {
  Shelf() { fs::create_directories(checkpoint); }

  TemporaryDirectory directory;
  fs::path checkpoint = directory.path() / "checkpoints/c1";
  fs::path link = directory.path() / "checkpoints/best";
};

TEST_CASE("a link stands beside the directory that it leads to, and is relative") {
  const Shelf shelf;
  storage::link_beside(shelf.checkpoint, "best");
  CHECK(fs::read_symlink(shelf.link) == "c1");
  CHECK(tree(shelf.directory.path() / "checkpoints") == Names{"best@", "c1/"});
}

TEST_CASE("a link of that name is replaced, wherever it led") {
  const Shelf shelf;
  fs::create_directory(shelf.directory.path() / "checkpoints/c0");
  const auto* before = GENERATE("c0", "nothing", "/etc");
  fs::create_symlink(before, shelf.link);
  storage::link_beside(shelf.checkpoint, "best");
  CHECK(fs::read_symlink(shelf.link) == "c1");
  CHECK(tree(shelf.directory.path() / "checkpoints") == Names{"best@", "c0/", "c1/"});
}

TEST_CASE("what is not a link is not replaced") {
  const Shelf shelf;
  SECTION("a file") {
    write_file(shelf.link, "x");
  }
  SECTION("a folder") {
    fs::create_directory(shelf.link);
  }
  const auto before = tree(shelf.directory.path());
  const auto error = thrown([&] { storage::link_beside(shelf.checkpoint, "best"); });
  CHECK(error.failure == Failure::held);
  CHECK(error.message == shelf.link.native() + " is in the way: it is not a link");
  CHECK(tree(shelf.directory.path()) == before);
}

TEST_CASE("a name that is no safe part of a path is refused") {
  const Shelf shelf;
  const std::string name = GENERATE("", ".", "..", "a/b", "/abs", "../x", ".det-partial");
  const auto error = thrown([&] { storage::require_linkable(shelf.checkpoint, name); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message == "\"" + name + "\" cannot be the name of a link");
}

TEST_CASE("the directory's own name is refused") {
  const Shelf shelf;
  CHECK(thrown([&] { storage::require_linkable(shelf.checkpoint, "c1"); }).message ==
        "\"c1\" is the name of the checkpoint's own directory");
  CHECK(thrown([&] { storage::require_linkable("/", "x"); }).failure == Failure::usage);
}

}  // namespace
}  // namespace det::testing
