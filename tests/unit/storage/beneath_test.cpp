#include "storage/beneath.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/support/temporary_directory.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using storage::Descriptor;
using storage::Links;

// The two ways to open; they must refuse the same.
using Opener = Descriptor (*)(int, const std::string&, int);

Descriptor by_kernel(int directory, const std::string& path, int flags) {
  return storage::open_beneath(directory, path, flags, Links::refused, 0600);
}

Descriptor by_walking(int directory, const std::string& path, int flags) {
  return storage::open_part_by_part(directory, path, flags, 0600);
}

Descriptor opened(const fs::path& path) {
  return Descriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

TEST_CASE("a file is opened below a directory, and no link on the way is followed") {
  const auto open_file = GENERATE(Opener(by_kernel), Opener(by_walking));
  const TemporaryDirectory top;
  write_file(top / "in/a/b", "x");
  write_file(top / "outside", "secret");
  fs::create_symlink("a", top / "in/to_folder");
  fs::create_symlink("a/b", top / "in/to_file");
  fs::create_symlink(top / "outside", top / "in/out");
  const auto directory = opened(top / "in");
  CHECK(open_file(directory.number(), "a/b", O_RDONLY));
  CHECK_FALSE(open_file(directory.number(), "to_folder/b", O_RDONLY));
  CHECK_FALSE(open_file(directory.number(), "to_file", O_RDONLY));
  CHECK(errno == ELOOP);
  CHECK_FALSE(open_file(directory.number(), "out", O_WRONLY | O_TRUNC));
  CHECK_FALSE(open_file(directory.number(), "to_file", O_WRONLY | O_CREAT | O_EXCL));
  CHECK(open_file(directory.number(), "a/new", O_WRONLY | O_CREAT | O_EXCL));
  CHECK(read_file(top / "outside") == "secret");
}

TEST_CASE("where links inside are followed, links that lead outside are not") {
  const TemporaryDirectory top;
  write_file(top / "in/a/b", "x");
  write_file(top / "outside", "secret");
  fs::create_symlink("a/b", top / "in/to_file");
  fs::create_symlink("../outside", top / "in/out");
  fs::create_symlink("/proc/self/exe", top / "in/magic");
  const auto directory = opened(top / "in");
  CHECK(storage::open_beneath(directory.number(), "to_file", O_RDONLY, Links::inside));
  CHECK_FALSE(storage::open_beneath(directory.number(), "out", O_RDONLY, Links::inside));
  CHECK(errno == EXDEV);
  CHECK_FALSE(storage::open_beneath(directory.number(), "magic", O_RDONLY, Links::inside));
}

TEST_CASE("folders are made on the way, and a link in the place of one is not entered") {
  const TemporaryDirectory top;
  fs::create_directories(top / "in");
  fs::create_directories(top / "outside");
  fs::create_symlink(top / "outside", top / "in/link");
  write_file(top / "in/file", "");
  const auto directory = opened(top / "in");
  CHECK(storage::make_folders_beneath(directory.number(), "a/b/c"));
  CHECK(storage::make_folders_beneath(directory.number(), "a/b/c"));
  CHECK_FALSE(storage::make_folders_beneath(directory.number(), "link/x"));
  CHECK_FALSE(storage::make_folders_beneath(directory.number(), "file"));
  CHECK(errno == ENOTDIR);
  CHECK(tree(top.path()) ==
        std::vector<std::string>{"in/", "in/a/", "in/a/b/", "in/a/b/c/", "in/file", "in/link@", "outside/"});
}

}  // namespace
}  // namespace det::testing
