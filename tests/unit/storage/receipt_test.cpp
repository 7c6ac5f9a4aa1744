#include "storage/receipt.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "storage/metadata_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {
namespace {

using storage::MetadataOrigin;
using storage::Receipt;

Receipt sample() {
  Receipt receipt;
  receipt.source_address = "http://master:8080";
  receipt.experiment_id = "5";
  receipt.trial_id = "6";
  receipt.checkpoint_id = "a0000005";
  receipt.steps_completed = 500;
  receipt.choice = {"loss", true, 0.25, 1};
  receipt.route = "directory /mnt/checkpoints/a0000005";
  receipt.downloaded_at = "2026-11-21T02:00:00Z";
  receipt.metadata_origin = MetadataOrigin::written;
  receipt.files = {{"model.pt", 1024, 1763690400123456789}};
  receipt.metadata_file = storage::ReceiptFile{"metadata.json", 28, 1};
  return receipt;
}

const std::string sample_text = R"({
  "version": 1,
  "tool": "det )" DET_VERSION R"(",
  "source": "http://master:8080",
  "experiment": "5",
  "trial": "6",
  "checkpoint": "a0000005",
  "steps_completed": 500,
  "metric": {
    "name": "loss",
    "value": 0.25,
    "smaller_is_better": true,
    "rank": 1
  },
  "route": "directory /mnt/checkpoints/a0000005",
  "downloaded_at": "2026-11-21T02:00:00Z",
  "metadata_json": "written by det",
  "metadata_file": {
    "path": "metadata.json",
    "size": 28,
    "mtime_ns": 1,
    "verified": "size"
  },
  "files_without_digest": 1,
  "files": [
    {
      "path": "model.pt",
      "size": 1024,
      "mtime_ns": 1763690400123456789,
      "verified": "size"
    }
  ]
}
)";

TEST_CASE("a receipt says what was fetched, why, from where, and how it was verified") {
  CHECK(storage::to_text(sample()) == sample_text);
}

TEST_CASE("a receipt reads back as it was written") {
  auto receipt = sample();
  receipt.files.push_back({"bad\xff\x01", 1, -5});
  receipt.choice.value = -HUGE_VAL;
  const auto text = storage::to_text(receipt);
  const auto read = storage::receipt_from(text);
  REQUIRE(read);
  CHECK(storage::to_text(*read) == text);
  CHECK(read->files.at(1).path == "bad\xff\x01");
  CHECK(read->files.at(1).modified_ns == -5);
  CHECK(read->choice.value == -HUGE_VAL);
}

TEST_CASE("a receipt without metric, steps or rank reads back") {
  auto receipt = sample();
  receipt.choice = {};
  receipt.steps_completed.reset();
  receipt.metadata_file.reset();
  const auto text = storage::to_text(receipt);
  const auto read = storage::receipt_from(text);
  REQUIRE(read);
  CHECK(storage::to_text(*read) == text);
}

const char* const xxh3_text = "06b05ab6733a618578af5f94892f3950";
const char* const crc32c_text = "364b3fb7";

storage::ReceiptFile proven() {
  using storage::DigestKind;
  return {"proven.pt",
          3,
          7,
          {.digests = {storage::digest_from_hex(DigestKind::xxh3_128, xxh3_text).value(),
                       storage::digest_from_hex(DigestKind::crc32c, crc32c_text).value()},
           .checked = DigestKind::crc32c}};
}

TEST_CASE("a receipt has what is known of the bytes of each file") {
  auto receipt = sample();
  receipt.files = {proven(), {"shared.pt", 1, 8, {.cloned = true}}};
  const auto text = storage::to_text(receipt);
  CHECK(text.substr(text.find("  \"files_without_digest\"")) == R"(  "files_without_digest": 1,
  "files": [
    {
      "path": "proven.pt",
      "size": 3,
      "mtime_ns": 7,
      "verified": "crc32c",
      "xxh3_128": "06b05ab6733a618578af5f94892f3950",
      "crc32c": "364b3fb7"
    },
    {
      "path": "shared.pt",
      "size": 1,
      "mtime_ns": 8,
      "verified": "size",
      "hashed": "cloned, not hashed"
    }
  ]
}
)");
  const auto read = storage::receipt_from(text);
  REQUIRE(read);
  CHECK(storage::to_text(*read) == text);
  CHECK(read->files.at(0).proof.digests == proven().proof.digests);
  CHECK(read->files.at(1).proof.cloned);
}

TEST_CASE("a receipt says which files a download was limited to, and that it wrote sums") {
  auto receipt = sample();
  receipt.selection = storage::FileSelection{{"*.pt"}, {"code/**", "x"}};
  receipt.sums_file = storage::ReceiptFile{"SHA256SUMS", 75, 2};
  const auto text = storage::to_text(receipt);
  CHECK(text.find(R"(  "selection": {
    "include": [
      "*.pt"
    ],
    "exclude": [
      "code/**",
      "x"
    ]
  },
)") != std::string::npos);
  const auto read = storage::receipt_from(text);
  REQUIRE(read);
  CHECK(storage::to_text(*read) == text);
  CHECK(read->selection == receipt.selection);
  CHECK(read->sums_file->size_bytes == 75);
}

TEST_CASE("a receipt with a digest that is none is as none") {
  auto receipt = sample();
  receipt.files = {proven()};
  const auto text = storage::to_text(receipt);
  const auto with = [&](const std::string& from, const std::string& to) {
    auto changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  REQUIRE(storage::receipt_from(text));
  CHECK_FALSE(storage::receipt_from(with(crc32c_text, "364b3f")));
  CHECK_FALSE(storage::receipt_from(with(crc32c_text, "364b3fbg")));
  CHECK_FALSE(storage::receipt_from(with("\"364b3fb7\"", "364")));
  CHECK_FALSE(storage::receipt_from(with("\"verified\": \"crc32c\"", "\"verified\": \"a look\"")));
}

std::string with(const std::string& from, const std::string& to) {
  auto text = sample_text;
  return text.replace(text.find(from), from.size(), to);
}

TEST_CASE("what is no receipt of ours is as none") {
  REQUIRE(storage::receipt_from(sample_text));
  CHECK_FALSE(storage::receipt_from(""));
  CHECK_FALSE(storage::receipt_from("null"));
  CHECK_FALSE(storage::receipt_from("[]"));
  CHECK_FALSE(storage::receipt_from(sample_text.substr(0, 300)));
  CHECK_FALSE(storage::receipt_from(with("\"version\": 1", "\"version\": 2")));
  CHECK_FALSE(storage::receipt_from(with("\"checkpoint\": \"a0000005\"", "\"checkpoint\": 5")));
  CHECK_FALSE(storage::receipt_from(with("\"size\": 1024", "\"size\": \"1024\"")));
  CHECK_FALSE(storage::receipt_from(with("\"model.pt\"", "\"../model.pt\"")));
  CHECK_FALSE(storage::receipt_from(with("\"model.pt\"", "\"/etc/passwd\"")));
  CHECK_FALSE(storage::receipt_from(with("\"model.pt\"", "\"model/\"")));
  CHECK_FALSE(storage::receipt_from(with("\"path\": \"model.pt\"", "\"path_hex\": \"zz\"")));
  CHECK_FALSE(storage::receipt_from(with("\"written by det\"", "\"a bird\"")));
  CHECK_FALSE(storage::receipt_from(with("\"files\": [", "\"files\": [[")));
  CHECK_FALSE(storage::receipt_from(with("\"path\": \"metadata.json\"", "\"path\": \"../../x\"")));
  CHECK_FALSE(storage::receipt_from(std::string(100'000, '[')));
}

TEST_CASE("a receipt is read from a regular file only") {
  const TemporaryDirectory directory;
  CHECK_FALSE(storage::read_receipt(directory.path()));
  write_file(directory / "elsewhere.json", sample_text);
  std::filesystem::create_symlink("elsewhere.json", directory / "det-receipt.json");
  CHECK_FALSE(storage::read_receipt(directory.path()));
  std::filesystem::remove(directory / "det-receipt.json");
  std::filesystem::create_directory(directory / "det-receipt.json");
  CHECK_FALSE(storage::read_receipt(directory.path()));
  std::filesystem::remove(directory / "det-receipt.json");
  write_file(directory / "det-receipt.json", sample_text);
  CHECK(storage::read_receipt(directory.path()));
}

TEST_CASE("metadata.json is what Python's json.dump writes with an indent of 2") {
  const auto metadata = model::Json::parse(
      R"({"steps_completed":500,"nested":{"list":[1,2.5],"empty":{},"none":[]},"text":"mod\u00e8le","nothing":null})");
  CHECK(storage::metadata_text(metadata) == R"({
  "steps_completed": 500,
  "nested": {
    "list": [
      1,
      2.5
    ],
    "empty": {},
    "none": []
  },
  "text": "mod\u00e8le",
  "nothing": null
})");
  CHECK(storage::metadata_text(nullptr) == "{}");
}

}  // namespace
}  // namespace det::testing
