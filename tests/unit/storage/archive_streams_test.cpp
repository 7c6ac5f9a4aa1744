#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include "model/error.hpp"
#include "storage/deflate.hpp"
#include "storage/directory_store.hpp"
#include "storage/gunzip.hpp"
#include "storage/tar_reader.hpp"
#include "storage/tar_stream.hpp"
#include "storage/zip_stream.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using storage::Packed;
using storage::Pieces;
using Contents = std::map<std::string, std::string>;

std::string bytes_of(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 28U);
  return bytes;
}

Contents awkward_files() {
  return {
      {"empty", ""},
      {"code/model_def.py", "abc"},
      {"512", bytes_of(512, 1)},
      {"large", bytes_of(3'000'000, 2)},
      {"text \u00e9", "not ASCII"},
      {std::string(120, 'd') + "/" + std::string(90, 'f'), "split in two"},
      {std::string(200, 'n'), "too long for ustar"},
      {std::string(250, 'a') + "/" + std::string(250, 'b') + "/" + std::string(250, 'c'), "far too long"}};
}

struct Folder {
  TemporaryDirectory top;
  std::shared_ptr<storage::DirectoryStore> store;

  explicit Folder(const Contents& contents) {
    fs::create_directory(top / "a");
    for (const auto& [path, text] : contents) write_file(top / "a" / path, text);
    store = std::make_shared<storage::DirectoryStore>(top.path(), top.path());
  }

  Packed packed() const {
    auto files = store->list("a").value();
    std::erase_if(files, [](const auto& file) { return file.path.ends_with('/'); });
    return {.store = store, .folder = "a", .files = storage::files_of(files)};
  }
};

std::string whole(const Pieces& pieces) {
  std::string bytes;
  for (auto piece = pieces(); !piece.empty(); piece = pieces()) {
    CHECK(piece.size() <= std::size_t{1} << 20U);
    bytes += piece;
  }
  return bytes;
}

Contents unpacked(const std::string& tar) {
  bool given = false;
  storage::TarReader reader([&]() -> std::string_view {
    if (std::exchange(given, true)) return {};
    return tar;
  });
  Contents contents;
  while (const auto entry = reader.next()) {
    auto& text = contents[entry->path];
    for (auto piece = reader.read(); !piece.empty(); piece = reader.read()) text += piece;
    CHECK(text.size() == entry->size_bytes);
  }
  return contents;
}

// What Python's own modules read from an archive: {"path": [size, crc32, mode, mtime]} as one line for each.
std::string read_by_python(const std::string& program, const fs::path& archive) {
  const auto command = "python3 -c '" + program + "' '" + archive.native() + "' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
  std::string text;
  for (int byte = std::fgetc(output.get()); byte != EOF; byte = std::fgetc(output.get())) {
    text += static_cast<char>(byte);
  }
  return text;
}

TEST_CASE("a tar stream unpacks to what was packed, and is as long as was said") {
  const auto files = GENERATE(Contents{}, awkward_files());
  const Folder folder(files);
  const auto tar = whole(storage::tar_stream(folder.packed()));
  CHECK(tar.size() == storage::tar_size(folder.packed().files));
  CHECK(unpacked(tar) == files);
}

TEST_CASE("sizes from 8 GiB on stand in a header of their own") {
  const std::uint64_t largest = 077777777777;
  CHECK(storage::tar_size({{"a", largest}}) == 512 + 8589934592U + 1024);
  CHECK(storage::tar_size({{"a", largest + 1}}) == 3 * 512 + 8589934592U + 1024);
}

TEST_CASE("a gzip stream holds the tar stream") {
  const auto files = GENERATE(Contents{}, awkward_files());
  const Folder folder(files);
  CHECK(unpacked(whole(storage::gunzip(storage::gzip(storage::tar_stream(folder.packed()))))) == files);
}

TEST_CASE("others read our archives") {
  const Folder folder(awkward_files());
  const auto tar_file = folder.top / "archive.tar.gz";
  write_file(tar_file, whole(storage::gzip(storage::tar_stream(folder.packed()))));
  CHECK(read_by_python(
            "import sys, tarfile\n"
            "for m in tarfile.open(sys.argv[1]): print(len(m.name), m.size, oct(m.mode), m.uid, m.mtime, "
            "m.isfile())",
            tar_file) ==
        "3 512 0o666 0 0 True\n752 12 0o666 0 0 True\n17 3 0o666 0 0 True\n211 12 0o666 0 0 True\n"
        "5 0 0o666 0 0 True\n5 3000000 0o666 0 0 True\n200 18 0o666 0 0 True\n6 9 0o666 0 0 True\n");
  const auto zip_file = folder.top / "archive.zip";
  write_file(zip_file, whole(storage::zip_stream(folder.packed())));
  CHECK(
      read_by_python(
          "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(z.testzip())\n"
          "for m in z.infolist(): print(len(m.filename), m.file_size, len(z.read(m)), m.date_time)",
          zip_file) ==
      "None\n3 512 512 (1980, 1, 1, 0, 0, 0)\n752 12 12 (1980, 1, 1, 0, 0, 0)\n17 3 3 (1980, 1, 1, 0, 0, 0)\n"
      "211 12 12 (1980, 1, 1, 0, 0, 0)\n5 0 0 (1980, 1, 1, 0, 0, 0)\n"
      "5 3000000 3000000 (1980, 1, 1, 0, 0, 0)\n200 18 18 (1980, 1, 1, 0, 0, 0)\n"
      "6 9 9 (1980, 1, 1, 0, 0, 0)\n");
}

TEST_CASE("an empty zip is one, and one of many files too") {
  const Folder empty(Contents{});
  const auto zip_file = empty.top / "archive.zip";
  const std::string count = "import sys, zipfile\nprint(len(zipfile.ZipFile(sys.argv[1]).infolist()))";
  write_file(zip_file, whole(storage::zip_stream(empty.packed())));
  CHECK(read_by_python(count, zip_file) == "0\n");
  const Folder one(Contents{{"a", "x"}});
  auto many = one.packed();
  many.files.resize(70'000, many.files.front());
  write_file(zip_file, whole(storage::zip_stream(many)));
  CHECK(read_by_python(count, zip_file) == "70000\n");
}

TEST_CASE("a file that has become shorter, or is gone, ends an archive in the middle") {
  const Folder folder({{"a", bytes_of(3'000'000, 3)}, {"b", "x"}});
  const auto archive = GENERATE(0, 1, 2);
  auto tar = archive == 2 ? storage::zip_stream(folder.packed()) : storage::tar_stream(folder.packed());
  const auto pieces = archive == 1 ? storage::gzip(std::move(tar)) : std::move(tar);
  CHECK_FALSE(pieces().empty());
  SECTION("shorter") {
    fs::resize_file(folder.top / "a/a", 1'100'000);
    CHECK(thrown([&] { whole(pieces); }).message == "a of a has become shorter while it was sent");
  }
  SECTION("gone") {
    fs::remove(folder.top / "a/b");
    CHECK(thrown([&] { whole(pieces); }).message == "b of a has gone while it was sent");
  }
  SECTION("a link") {
    fs::remove(folder.top / "a/b");
    fs::create_symlink("/etc/hostname", folder.top / "a/b");
    CHECK(thrown([&] { whole(pieces); }).failure == Failure::storage);
  }
}

}  // namespace
}  // namespace det::testing
