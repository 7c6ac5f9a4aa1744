#include "storage/store_route.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "storage/digest.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/played_objects.hpp"
#include "tests/unit/storage/scene.hpp"

using namespace det;
using det::testing::PlayedAnswer;
using det::testing::PlayedObjects;
using det::testing::read_file;
using det::testing::Scene;
using det::testing::thrown;
using det::testing::tree;
using storage::DigestKind;
using Asked = PlayedObjects::Asked;

namespace {

constexpr std::size_t mebi = std::size_t{1} << 20U;

// Bytes that differ from one place to the next.
std::string noise(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

// A checkpoint in a bucket.
class Bucket {
 public:
  void add(const std::string& path, std::string bytes) {
    scene.list(path, bytes.size());
    objects.put(scene.checkpoint.id + "/" + path, std::move(bytes));
  }

  storage::Outcome download(storage::TransferLimits limits = {}) {
    http::RetryClock clock{.now = [] { return std::chrono::system_clock::time_point(); },
                           .sleep = [](std::chrono::milliseconds) {},
                           .jitter = [] { return 0.0; }};
    http::RetryPolicy policy;
    policy.first_delay = std::chrono::milliseconds(1);
    const auto transfers = std::make_shared<storage::Transfers>(
        [this] { return objects.bulk(); }, http::RetryRule(policy, clock), limits, never_cancelled_);
    std::vector<std::unique_ptr<storage::Route>> routes;
    routes.push_back(storage::store_route(
        "storage played://bucket",
        [this, transfers] {
          return storage::StoreAccess{objects.store(), transfers};
        },
        never_cancelled_));
    return scene.download_by(std::move(routes));
  }

  std::string at_target(const std::string& path) const { return read_file(scene.target / path); }
  std::filesystem::path staged(const std::string& path) const {
    return scene.target.parent_path() / ".best.det-partial" / "files" / path;
  }

  Scene scene;
  PlayedObjects objects;

 private:
  testing::NeverCancelled never_cancelled_;
};

Error reset() {
  return Error(Failure::unreachable, "the connection was reset").caused_by(ECONNRESET).worth_retrying();
}

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

TEST_CASE("objects of every size arrive whole, large ones in parts") {
  Bucket bucket;
  bucket.add("model.pt", noise(40 * mebi + 7, 1));
  bucket.add("code/model_def.py", "import torch\n");
  bucket.add("empty", "");
  bucket.add("exact", noise(16 * mebi, 2));
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("model.pt") == noise(40 * mebi + 7, 1));
  CHECK(bucket.at_target("code/model_def.py") == "import torch\n");
  CHECK(bucket.at_target("empty").empty());
  CHECK(bucket.at_target("exact") == noise(16 * mebi, 2));
  CHECK(bucket.objects.asked().size() == 11 + 2);
  CHECK(bucket.download() == storage::Outcome::already_complete);
  CHECK(bucket.objects.asked().size() == 11 + 2);
}

TEST_CASE("where a large object states no digest, the others of its checkpoint are not asked") {
  Bucket bucket;
  for (const auto* name : {"1.pt", "2.pt", "3.pt"}) bucket.add(name, noise(17 * mebi, 1));
  bucket.download();
  CHECK(bucket.objects.asked_for_digests() == 1);
}

TEST_CASE("a digest that the store states is checked, for files in one part and in several") {
  const auto kind = GENERATE(DigestKind::md5, DigestKind::crc32c, DigestKind::sha256);
  const auto damaged = GENERATE(std::string("small"), std::string("large"));
  Bucket bucket;
  bucket.objects.state_digests(kind);
  bucket.add("small", noise(1000, 1));
  bucket.add("large", noise(20 * mebi, 2));
  bucket.objects.on_request = [&](PlayedAnswer& answer, const Asked& asked, std::size_t) {
    if (asked.name.ends_with(damaged)) answer.body[17] ^= 1;
  };
  const auto error = thrown([&] { bucket.download(); });
  CHECK(error.failure == Failure::integrity);
  CHECK(error.message.find("\"" + damaged + "\" is damaged") != std::string::npos);
  CHECK(tree(bucket.scene.target).empty());
  bucket.objects.on_request = [](PlayedAnswer&, const Asked&, std::size_t) {};
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("large") == noise(20 * mebi, 2));
}

TEST_CASE("with --verify size nothing is compared but lengths") {
  Bucket bucket;
  bucket.scene.options.verify = storage::Verify::size;
  bucket.objects.state_digests(DigestKind::md5);
  bucket.add("small", noise(1000, 1));
  bucket.objects.on_request = [](PlayedAnswer& answer, const Asked&, std::size_t) { answer.body[17] ^= 1; };
  CHECK(bucket.download() == storage::Outcome::downloaded);
}

TEST_CASE("a connection that breaks costs at most the last segment of each part") {
  Bucket bucket;
  bucket.add("model.pt", noise(96 * mebi, 3));
  bucket.objects.on_request = [](PlayedAnswer& answer, const Asked& asked, std::size_t) {
    if (asked.range.length < 12 * mebi) return;
    answer.body.resize(9 * mebi);
    answer.broken_by = reset();
  };
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("model.pt") == noise(96 * mebi, 3));
  // Eight parts of 12 MiB, each broken in its third segment of 4 MiB.
  CHECK(bucket.objects.asked_bytes() == std::uint64_t{8} * (12 + 4) * mebi);
}

TEST_CASE("a connection that breaks at once every time ends the download") {
  Bucket bucket;
  bucket.add("model.pt", noise(1000, 3));
  bucket.objects.on_request = [](PlayedAnswer& answer, const Asked&, std::size_t) {
    answer.body.resize(10);
    answer.broken_by = reset();
  };
  CHECK(thrown([&] { bucket.download(); }).failure == Failure::storage);
  CHECK(tree(bucket.scene.target).empty());
  CHECK(bucket.objects.asked().size() == 5);
}

TEST_CASE("a busy store is asked again, and one that stays busy ends the download") {
  const auto busy = GENERATE(std::size_t{3}, std::size_t{1000});
  Bucket bucket;
  bucket.add("model.pt", noise(1000, 3));
  bucket.objects.on_request = [&](PlayedAnswer& answer, const Asked&, std::size_t before) {
    if (before < busy) answer = {.status = 503, .headers = {{"Retry-After", "0"}}, .body = "slow down"};
  };
  if (busy == 3) {
    CHECK(bucket.download() == storage::Outcome::downloaded);
  } else {
    const auto error = thrown([&] { bucket.download(); });
    CHECK(error.failure == Failure::storage);
    CHECK(error.message.find("503 slow down") != std::string::npos);
  }
}

TEST_CASE("an answer that is not the piece that was asked for is refused") {
  struct Lie {
    std::string header;
    std::string value;
    int status;
  };
  const auto lie = GENERATE(values<Lie>({{"Content-Range", "bytes 5-20/20971520", 206},
                                         {"Content-Range", "bytes 0-16777215/99", 206},
                                         {"Content-Range", "", 206},
                                         {"Content-Length", "12", 206},
                                         {"ETag", "\"another\"", 206},
                                         {"Content-Length", "20971520", 200}}));
  Bucket bucket;
  bucket.add("model.pt", noise(20 * mebi, 4));
  bucket.objects.on_request = [&](PlayedAnswer& answer, const Asked&, std::size_t) {
    answer.headers[lie.header] = lie.value;
    answer.status = lie.status;
  };
  const auto failure = thrown([&] { bucket.download(); }).failure;
  CHECK(failure == (lie.status == 200 ? Failure::storage : Failure::integrity));
  CHECK(tree(bucket.scene.target).empty());
}

TEST_CASE("more bytes than the list says are refused, fewer are asked for again and then refused") {
  const auto change = GENERATE(-1, 1);
  Bucket bucket;
  bucket.add("model.pt", noise(1000, 4));
  bucket.objects.on_request = [&](PlayedAnswer& answer, const Asked&, std::size_t) {
    answer.body.resize(1000 + static_cast<std::size_t>(change));
  };
  CHECK(thrown([&] { bucket.download(); }).failure == Failure::integrity);
  CHECK(tree(bucket.scene.target).empty());
}

TEST_CASE("an object that is replaced between two parts is noticed") {
  Bucket bucket;
  bucket.add("model.pt", noise(40 * mebi, 5));
  const auto name = bucket.scene.checkpoint.id + "/model.pt";
  bucket.objects.on_request = [&](PlayedAnswer& answer, const Asked&, std::size_t before) {
    if (before > 0) answer = {.status = 412, .body = "changed"};
  };
  CHECK(thrown([&] { bucket.download(); }).failure == Failure::integrity);
  bucket.objects.on_request = [](PlayedAnswer&, const Asked&, std::size_t) {};
  bucket.objects.put(name, noise(40 * mebi, 6));
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("model.pt") == noise(40 * mebi, 6));
}

TEST_CASE("a second run asks only for what the first one did not bring") {
  Bucket bucket;
  bucket.add("a.pt", noise(1000, 6));
  bucket.add("model.pt", noise(40 * mebi, 7));
  break_off(bucket, 32 * mebi);
  CHECK(bytes_asked_to_complete(bucket, "model.pt", noise(40 * mebi, 7)) == 8 * mebi);
  CHECK(bucket.scene.progress.found_bytes == 32 * mebi);
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

TEST_CASE("a bucket that lacks the checkpoint, a file of it, or has it in another size, is told") {
  Bucket bucket;
  CHECK(thrown([&] { bucket.download(); }).failure == Failure::storage);
  bucket.add("a", "1");
  bucket.scene.list("b", 1);
  const auto missing = thrown([&] { bucket.download(); });
  CHECK(missing.failure == Failure::storage);
  CHECK(missing.message.find("\"b\" is on the list and is missing in played://bucket") != std::string::npos);
  bucket.objects.put(bucket.scene.checkpoint.id + "/b", "12");
  CHECK(thrown([&] { bucket.download(); }).failure == Failure::integrity);
}
