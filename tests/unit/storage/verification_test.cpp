#include "storage/verification.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/storage/scene.hpp"

using namespace det;
using testing::write_file;
using Words = std::vector<std::string>;

namespace {

std::vector<storage::Digest> digests_of(const std::string& bytes,
                                        const std::vector<storage::DigestKind>& kinds) {
  storage::Hasher hasher(kinds);
  hasher.add(bytes);
  return hasher.finish();
}

struct Fixture {
  // On disk and in the receipt, with these digests.
  void add(const std::string& path, const std::string& bytes,
           const std::vector<storage::DigestKind>& kinds = {storage::DigestKind::xxh3_128}) {
    write_file(directory.path() / path, bytes);
    storage::ReceiptFile file{path, bytes.size(), 0, {}};
    if (!kinds.empty()) file.proof.digests = digests_of(bytes, kinds);
    receipt.files.push_back(file);
  }

  storage::Verification verified(const storage::StatedDigests& stated = {}) {
    return storage::verify(directory.path(), receipt, stated, progress, never);
  }
  // "PATH WHAT"
  Words faults(const storage::StatedDigests& stated = {}) {
    Words words;
    for (const auto& fault : verified(stated).faults) words.push_back(fault.path + " " + fault.what);
    return words;
  }

  testing::TemporaryDirectory directory;
  storage::Receipt receipt;
  testing::CountedProgress progress;
  testing::NeverCancelled never;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a directory as its receipt says is without fault") {
  add("model.pt", "weights", {storage::DigestKind::xxh3_128, storage::DigestKind::sha256});
  add("code/model.py", "x = 1");
  add("cloned", "same", {});
  const auto found = verified();
  CHECK(found.faults.empty());
  CHECK(found.extra.empty());
  CHECK(found.files == 3);
  CHECK(found.bytes == 16);
  CHECK(found.hashed == 2);
  CHECK(progress.events == Words{"started  3 12", "finished"});
  CHECK(progress.advanced_bytes == 12);
}

TEST_CASE_METHOD(Fixture, "each file that is not as it was is named with what is wrong") {
  add("changed", "aaaa");
  add("grown", "a");
  add("missing", "a");
  add("linked", "a");
  add("folder", "a");
  add("sha", "aaaa", {storage::DigestKind::sha256});
  write_file(directory / "changed", "aaab");
  write_file(directory / "grown", "aa");
  write_file(directory / "sha", "aaab");
  std::filesystem::remove(directory / "missing");
  std::filesystem::remove(directory / "linked");
  std::filesystem::create_symlink("grown", directory / "linked");
  std::filesystem::remove(directory / "folder");
  std::filesystem::create_directory(directory / "folder");
  CHECK(faults() == Words{"changed has another xxh3-128 than the receipt says",
                          "grown has 2 bytes, the receipt says 1", "missing is missing",
                          "linked is a link, or lies behind one", "folder is no regular file",
                          "sha has another sha256 than the receipt says"});
  CHECK(verified().hashed == 0);
}

TEST_CASE_METHOD(Fixture, "without a digest the size decides, and nothing is read") {
  add("model.pt", "aaaa", {});
  write_file(directory / "model.pt", "bbbb");
  CHECK(faults().empty());
  CHECK(verified().hashed == 0);
  CHECK(progress.advanced_bytes == 0);
}

TEST_CASE_METHOD(Fixture, "a digest that the storage states counts beside the receipt's") {
  add("model.pt", "aaaa", {});
  const auto right = digests_of("aaaa", {storage::DigestKind::md5})[0];
  const auto wrong = digests_of("aaab", {storage::DigestKind::md5})[0];
  CHECK(faults({{"model.pt", right}}).empty());
  CHECK(verified({{"model.pt", right}}).hashed == 1);
  CHECK(faults({{"model.pt", wrong}}) == Words{"model.pt has another md5 than its storage says"});
}

TEST_CASE_METHOD(Fixture, "files that are not of the checkpoint are named, ours are not") {
  add("model.pt", "a");
  write_file(directory / "det-receipt.json", "{}");
  write_file(directory / "notes/todo.txt", "x");
  write_file(directory / ".det-partial/files/half", "x");
  std::filesystem::create_directory(directory / "empty");
  std::filesystem::create_symlink("/etc", directory / "link");
  receipt.metadata_file = storage::ReceiptFile{"metadata.json", 2, 0, {}};
  write_file(directory / "metadata.json", "{}");
  const auto found = verified();
  CHECK(found.faults.empty());
  CHECK(found.files == 1);
  CHECK(found.extra == Words{"link", "notes/todo.txt"});
}

TEST_CASE_METHOD(Fixture, "what was written beside the checkpoint is compared, too") {
  receipt.metadata_file = storage::ReceiptFile{"metadata.json", 2, 0, {}};
  CHECK(faults() == Words{"metadata.json is missing"});
}

TEST_CASE_METHOD(Fixture, "a list that has changed since is told apart by name and size") {
  add("same", "a");
  add("other", "ab");
  add("gone", "a");
  Words words;
  for (const auto& fault :
       storage::differences(receipt, {{"same", 1}, {"other", 3}, {"new", 4}, {"folder/", 0}})) {
    words.push_back(fault.path + " " + fault.what);
  }
  CHECK(words == Words{"other has 3 bytes by the list of its source, 2 by the receipt",
                       "gone is not on the list of its source any more",
                       "new is on the list of its source and not in the receipt"});
}

TEST_CASE_METHOD(Fixture, "what a download was told to leave out is no difference") {
  add("model.pt", "a");
  receipt.selection = storage::FileSelection{{"*.pt"}, {}};
  CHECK(storage::differences(receipt, {{"model.pt", 1}, {"notes.txt", 3}}).empty());
  CHECK(storage::differences(receipt, {{"model.pt", 1}, {"other.pt", 3}}).size() == 1);
}
