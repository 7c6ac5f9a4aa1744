#include "storage/unpacked_archive.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <utility>

#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/tar_writer.hpp"

using namespace det;
using storage::UnpackedArchive;
using testing::member;
using testing::read_file;
using testing::tar_end;
using testing::TemporaryDirectory;
using testing::thrown;
using testing::tree;
using testing::write_file;
using Names = std::vector<std::string>;

namespace {

const testing::NeverCancelled never;

storage::Pieces once(std::string_view bytes) {
  return [bytes]() mutable { return std::exchange(bytes, {}); };
}

void unpack(const std::filesystem::path& target, const std::string& tar,
            const storage::ArchiveLimits& limits = {.bytes = 100'000, .entries = 10}) {
  UnpackedArchive(target, once(tar), limits, never).put_in_place();
}

const std::string honest = member({"code", "", '5'}) + member({"code/model_def.py", "abc"}) +
                           member({"deep/er/empty", ""}) + tar_end();

}  // namespace

TEST_CASE("an archive comes whole into a directory that was not there") {
  const TemporaryDirectory folder;
  unpack(folder / "out", honest);
  CHECK(tree(folder.path()) == Names{"out/", "out/code/", "out/code/model_def.py", "out/deep/",
                                     "out/deep/er/", "out/deep/er/empty"});
  CHECK(read_file(folder / "out/code/model_def.py") == "abc");
}

TEST_CASE("an archive of a directory's dot comes as the directory") {
  const TemporaryDirectory folder;
  unpack(folder / "out",
         member({"./", "", '5'}) + member({"./code", "", '5'}) + member({"./code/a.py", "abc"}) + tar_end());
  CHECK(tree(folder.path()) == Names{"out/", "out/code/", "out/code/a.py"});
  CHECK(thrown([&] {
          unpack(folder / "other", member({".", "x"}) + tar_end());
        }).failure == Failure::integrity);
}

TEST_CASE("an empty directory gives way, and an empty archive makes one") {
  const TemporaryDirectory folder;
  std::filesystem::create_directory(folder / "out");
  unpack(folder / "out", tar_end());
  CHECK(tree(folder.path()) == Names{"out/"});
}

TEST_CASE("the same archive once more changes nothing, also among other files") {
  const TemporaryDirectory folder;
  unpack(folder / "out", honest);
  write_file(folder / "out/notes", "mine");
  const auto before = tree(folder.path());
  unpack(folder / "out", honest);
  CHECK(tree(folder.path()) == before);
}

TEST_CASE("a directory that holds something else is held, and stays as it is") {
  const TemporaryDirectory folder;
  unpack(folder / "out", honest);
  write_file(folder / "out/code/model_def.py", "abd");
  const auto before = tree(folder.path());
  CHECK(thrown([&] { unpack(folder / "out", honest); }).failure == Failure::held);
  CHECK(tree(folder.path()) == before);
  CHECK(read_file(folder / "out/code/model_def.py") == "abd");
  write_file(folder / "file", "x");
  CHECK(thrown([&] { unpack(folder / "file", honest); }).failure == Failure::held);
  std::filesystem::create_symlink("/", folder / "link");
  CHECK(thrown([&] { unpack(folder / "link", honest); }).failure == Failure::held);
}

TEST_CASE("a hostile archive leaves nothing at all") {
  const TemporaryDirectory folder;
  const auto refused = [&](const std::string& members) {
    const auto error = thrown([&] {
      unpack(folder / "in/out", member({"first", "x"}) + members + tar_end());
    });
    CHECK(error.failure == Failure::integrity);
    return error.message;
  };
  std::filesystem::create_directory(folder / "in");
  for (const auto* name : {"../out.py", "/etc/x", "a/../../b", "././a", "a//b", ".det-partial"}) {
    INFO(name);
    CHECK(refused(member({name, "x"})).find("is refused") != std::string::npos);
  }
  refused(member({"link", "", '2', "/etc"}));
  refused(member({"hard", "", '1', "first"}));
  refused(member({"device", "", '3'}));
  refused(member({"pipe", "", '6'}));
  CHECK(refused(member({"first", "again"})) == "the archive holds \"first\" twice");
  CHECK(refused(member({"first/below", "x"})) == "the archive holds \"first\" in what is no folder");
  CHECK(refused(member({"first", "", '5'})) == "the archive holds \"first\" in what is no folder");
  CHECK(tree(folder.path()) == Names{"in/"});
}

TEST_CASE("an archive has a largest size, and a largest number of entries") {
  const TemporaryDirectory folder;
  const auto large = member({"large", std::string(5'000, 'x')}) + tar_end();
  CHECK(thrown([&] { unpack(folder / "out", large, {.bytes = 4'000, .entries = 10}); }).message ==
        "the archive is refused: it holds more than 4000 bytes");
  CHECK(thrown([&] { unpack(folder / "out", honest, {.bytes = 100'000, .entries = 2}); }).message ==
        "the archive is refused: it holds more than 2 entries");
  CHECK(tree(folder.path()).empty());
}

TEST_CASE("an archive that is cut off leaves nothing") {
  const TemporaryDirectory folder;
  CHECK(thrown([&] { unpack(folder / "out", honest.substr(0, honest.size() - 1024)); }).failure ==
        Failure::integrity);
  CHECK(tree(folder.path()).empty());
}

TEST_CASE("a program stays one, and nothing else becomes one") {
  const TemporaryDirectory folder;
  unpack(folder / "out", member({.name = "run.sh", .contents = "#!/bin/sh\n", .mode = "0000755"}) +
                             member({.name = "data", .contents = "x", .mode = "0000644"}) + tar_end());
  struct stat facts {};
  REQUIRE(::stat((folder / "out/run.sh").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0100U) != 0);
  REQUIRE(::stat((folder / "out/data").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0111U) == 0);
}

TEST_CASE("a directory that is not there cannot take one") {
  const TemporaryDirectory folder;
  CHECK(thrown([&] { unpack(folder / "gone/out", honest); }).failure == Failure::local_disk);
}
