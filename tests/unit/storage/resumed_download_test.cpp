#include <catch2/catch.hpp>
#include <string>

#include "model/error.hpp"
#include "storage/digest.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/bucket.hpp"

using namespace det;
using det::testing::Bucket;
using det::testing::mebi;
using det::testing::noise;
using det::testing::PlayedAnswer;
using det::testing::read_file;
using det::testing::thrown;
using det::testing::tree;
using storage::DigestKind;
using Asked = det::testing::PlayedObjects::Asked;
using Names = std::vector<std::string>;

namespace {

// Halts a download of 40 MiB after `bytes` of it, as a failure that no further attempt can mend.
void break_off(Bucket& bucket, std::uint64_t bytes) {
  bucket.objects.on_request = [bytes](PlayedAnswer& answer, const Asked& asked, std::size_t) {
    if (asked.range.offset + asked.range.length > bytes) answer = {.status = 403, .body = "no more"};
  };
  // One part after the other: none is on its way when it halts.
  CHECK(thrown([&] { bucket.download({.connections = 1}); }).failure == Failure::storage);
  bucket.objects.on_request = [](PlayedAnswer&, const Asked&, std::size_t) {};
}

// How much a further run asks for; afterwards the file at `path` is `whole`.
std::uint64_t bytes_asked_to_complete(Bucket& bucket, const std::string& path, const std::string& whole) {
  const auto before = bucket.objects.asked_bytes();
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target(path) == whole);
  return bucket.objects.asked_bytes() - before;
}

}  // namespace

TEST_CASE("a second run asks only for what the first one did not bring") {
  Bucket bucket;
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("model.pt", noise(40 * mebi, 7));
  break_off(bucket, 32 * mebi);
  CHECK(bytes_asked_to_complete(bucket, "model.pt", noise(40 * mebi, 7)) == 8 * mebi);
  CHECK(bucket.scene.progress.found_bytes == 32 * mebi + 1000);
}

TEST_CASE("pieces that changed on disk since are asked for again") {
  Bucket bucket;
  bucket.add("model.pt", noise(40 * mebi, 8));
  break_off(bucket, 32 * mebi);
  auto bytes = read_file(bucket.staged("model.pt"));
  bytes[5 * mebi] ^= 1;
  testing::write_file(bucket.staged("model.pt"), bytes);
  CHECK(bytes_asked_to_complete(bucket, "model.pt", noise(40 * mebi, 8)) == 12 * mebi);
}

TEST_CASE("a whole file that changed on disk since is asked for again, an unchanged one is not") {
  Bucket bucket;
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("b.pt", noise(2000, 7));
  bucket.add("model.pt", noise(40 * mebi, 8));
  break_off(bucket, 32 * mebi);
  break_off(bucket, 36 * mebi);  // takes both over, with what is known of them
  testing::write_file(bucket.staged("a.pt"), std::string(1000, 'x'));
  CHECK(bytes_asked_to_complete(bucket, "a.pt", noise(1000, 6)) == 4 * mebi + 1000);
  CHECK(bucket.at_target("b.pt") == noise(2000, 7));
}

TEST_CASE("a file of which no piece is sound any more comes whole") {
  Bucket bucket;
  bucket.add("model.pt", noise(40 * mebi, 8));
  break_off(bucket, 4 * mebi);
  testing::write_file(bucket.staged("model.pt"), std::string(4 * mebi, 'x'));
  CHECK(bytes_asked_to_complete(bucket, "model.pt", noise(40 * mebi, 8)) == 40 * mebi);
}

TEST_CASE("a file that a run finished before its object changed is fetched again, also by a third run") {
  Bucket bucket;
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("model.pt", noise(40 * mebi, 7));
  break_off(bucket, 32 * mebi);
  break_off(bucket, 36 * mebi);  // takes a.pt over, with what is known of it
  bucket.objects.put(bucket.scene.checkpoint.id + "/a.pt", noise(1000, 8));
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("a.pt") == noise(1000, 8));
  CHECK(bucket.at_target("model.pt") == noise(40 * mebi, 7));
}

TEST_CASE("a download that was halted in order leaves no owner behind") {
  Bucket bucket;
  bucket.add("model.pt", noise(40 * mebi, 8));
  break_off(bucket, 32 * mebi);
  CHECK(read_file(bucket.scene.target.parent_path() / ".best.det-partial" / "lock").empty());
}

TEST_CASE("pieces of an object that has changed since are worth nothing") {
  Bucket bucket;
  bucket.add("model.pt", noise(40 * mebi, 8));
  break_off(bucket, 32 * mebi);
  bucket.objects.put(bucket.scene.checkpoint.id + "/model.pt", noise(40 * mebi, 9));
  CHECK(bytes_asked_to_complete(bucket, "model.pt", noise(40 * mebi, 9)) == 40 * mebi);
}

TEST_CASE("what a killed run wanted and this one leaves out does not appear") {
  Bucket bucket;
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("model.pt", noise(40 * mebi, 7));
  break_off(bucket, 32 * mebi);
  bucket.scene.options.exclude = {"model.pt"};
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(tree(bucket.scene.target) == Names{"a.pt", "det-receipt.json", "metadata.json"});
}

TEST_CASE("what a killed run checked stays checked") {
  Bucket bucket;
  bucket.objects.state_digests(DigestKind::md5);
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("model.pt", noise(40 * mebi, 7));
  break_off(bucket, 32 * mebi);
  break_off(bucket, 36 * mebi);
  CHECK(bytes_asked_to_complete(bucket, "a.pt", noise(1000, 6)) == 4 * mebi);
  const auto receipt = bucket.scene.receipt();
  CHECK(receipt.find(R"("files_without_digest": 0)") != std::string::npos);
  CHECK(receipt.find(R"("verified": "md5")") != std::string::npos);
}

TEST_CASE("with --verify size what a killed run finished is kept unread") {
  Bucket bucket;
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("model.pt", noise(40 * mebi, 7));
  break_off(bucket, 32 * mebi);
  testing::write_file(bucket.staged("a.pt"), std::string(1000, 'x'));
  bucket.scene.options.verify = storage::Verify::size;
  CHECK(bytes_asked_to_complete(bucket, "a.pt", std::string(1000, 'x')) == 8 * mebi);
  CHECK(bucket.scene.receipt().find("xxh3") == std::string::npos);
}
