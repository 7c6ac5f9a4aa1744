#include <catch2/catch.hpp>

#include "storage/file_list.hpp"
#include "storage/relative_path.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

using storage::FileList;

std::string refusal_of(std::string_view path) {
  const auto error = thrown([&] { storage::require_relative(path); });
  CHECK(error.failure == Failure::integrity);
  return error.message;
}

std::string list_refusal(const std::vector<model::CheckpointFile>& files) {
  const auto error = thrown([&] { const FileList list(files); });
  CHECK(error.failure == Failure::integrity);
  return error.message;
}

TEST_CASE("names below a checkpoint are taken, whatever bytes they are of") {
  for (const std::string_view path : {"a", "a/b/c", "..a", "a..", ".hidden", "a b", "new\nline", "\xff",
                                      "c:\\x", "a/...", "det-receipt.json", "x/.det-partial"}) {
    CHECK_NOTHROW(storage::require_relative(path));
  }
  CHECK_NOTHROW(storage::require_relative(std::string(255, 'x')));
}

TEST_CASE("names that lead out of a checkpoint, or that no disk can hold, are refused with the reason") {
  const std::string outside = "is refused: it does not stay below the checkpoint";
  CHECK(refusal_of("") == "the file name \"\" is refused: it is empty");
  CHECK(refusal_of("/a") == "the file name \"/a\" is refused: it is absolute");
  CHECK(refusal_of(".") == "the file name \".\" " + outside);
  CHECK(refusal_of("..") == "the file name \"..\" " + outside);
  CHECK(refusal_of("a/../b") == "the file name \"a/../b\" " + outside);
  CHECK(refusal_of("a/.") == "the file name \"a/.\" " + outside);
  CHECK(refusal_of("a//b") == "the file name \"a//b\" is refused: it has an empty part");
  CHECK(refusal_of("a/") == "the file name \"a/\" is refused: it has an empty part");
  CHECK(refusal_of(std::string_view("a\0b", 3)) == "the file name \"a\\x00b\" is refused: it holds a NUL");
  CHECK(refusal_of(".det-partial") ==
        "the file name \".det-partial\" is refused: that name is reserved for our own staging");
  const std::string half(100, 'x');
  CHECK(refusal_of(std::string(256, 'x')) ==
        "the file name \"" + half + "..." + half + "\" is refused: a part of it is longer than 255 bytes");
  std::string deep = "x";
  while (deep.size() <= 4096) deep += "/x";
  const auto refusal = refusal_of(deep);
  CHECK(refusal.substr(refusal.find("\" is")) == "\" is refused: it is longer than 4096 bytes");
}

TEST_CASE("a name is shown so that it cannot steer a terminal") {
  CHECK(storage::printable("model.pt") == "model.pt");
  CHECK(storage::printable("mod\xc3\xa8le \xe6\xa8\xa1 \xf0\x9f\x98\x80") ==
        "mod\xc3\xa8le \xe6\xa8\xa1 \xf0\x9f\x98\x80");
  CHECK(storage::printable("a\x1b[2J\n\x7f") == "a\\x1b[2J\\x0a\\x7f");
  CHECK(storage::printable("\xc2\x9b") == "\\xc2\\x9b");
  CHECK(storage::printable("a\xe2\x80\xae") == "a\\xe2\\x80\\xae");
  CHECK(storage::printable("\xff\xc3") == "\\xff\\xc3");
  CHECK(storage::printable(std::string(10'000, '\n')).size() == 2 * 400 + 3);
}

TEST_CASE("only well-formed UTF-8 counts as text") {
  CHECK(storage::is_utf8("mod\xc3\xa8le \xf0\x9f\x98\x80"));
  for (const std::string_view bytes :
       {"\xff", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    CHECK_FALSE(storage::is_utf8(bytes));
  }
}

TEST_CASE("a payload's own receipt is kept under another name") {
  CHECK(storage::stored_path("det-receipt.json") == "det-receipt.json.from-checkpoint");
  CHECK(storage::stored_path("det-receipt.json/a") == "det-receipt.json.from-checkpoint/a");
  CHECK(storage::stored_path("det-receipt.jsonl") == "det-receipt.jsonl");
  CHECK(storage::stored_path("a/det-receipt.json") == "a/det-receipt.json");
}

TEST_CASE("a file list knows its files by size, and its folders, named or not") {
  const FileList list({{"code/", 0}, {"code/a.py", 7}, {"logs/x/", 0}, {"deep/er/f", 1}});
  CHECK(list.known());
  CHECK(list.files().size() == 2);
  CHECK(list.folders() == std::vector<std::string>{"code", "logs/x"});
  CHECK(list.size_of("code/a.py") == 7);
  CHECK_FALSE(list.size_of("code/b.py"));
  CHECK(list.has_folder("logs"));
  CHECK(list.has_folder("deep/er"));
  CHECK_FALSE(list.has_folder("deep/er/f"));
  CHECK_FALSE(FileList({}).known());
}

TEST_CASE("sizes that no disk holds do not wrap around") {
  CHECK(storage::saturating_sum(1, 2) == 3);
  CHECK(storage::saturating_sum(~std::uint64_t{0}, 2) == ~std::uint64_t{0});
  CHECK(storage::saturating_sum(5, ~std::uint64_t{0}) == ~std::uint64_t{0});
}

TEST_CASE("a file list that contradicts itself is refused") {
  CHECK(list_refusal({{"a", 1}, {"a", 1}}) == "the file list names \"a\" twice");
  CHECK(list_refusal({{"a", 1}, {"a/b", 1}}) == "the file list names \"a\" both as a file and as a folder");
  CHECK(list_refusal({{"a/", 0}, {"a", 1}}) == "the file list names \"a\" both as a file and as a folder");
  CHECK(list_refusal({{"det-receipt.json", 1}, {"det-receipt.json.from-checkpoint", 1}}) ==
        "the file list names \"det-receipt.json.from-checkpoint\" beside the name it is kept under");
  CHECK(list_refusal({{"../x/", 0}}) ==
        "the file name \"../x\" is refused: it does not stay below the checkpoint");
  CHECK(list_refusal({{"/", 0}}) == "the file name \"/\" is refused: it is absolute");
}

}  // namespace
}  // namespace det::testing
