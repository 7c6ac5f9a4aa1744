#include "storage/store_route.hpp"

#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

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
using det::testing::PlayedObjects;
using det::testing::read_file;
using det::testing::thrown;
using det::testing::tree;
using storage::DigestKind;
using Asked = PlayedObjects::Asked;

namespace {

Error reset() {
  return Error(Failure::unreachable, "the connection was reset").caused_by(ECONNRESET).worth_retrying();
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

TEST_CASE("what came of a large object before its connection broke does not come again") {
  Bucket bucket;
  bucket.add("model.pt", noise(96 * mebi, 3));
  bucket.objects.on_request = [](PlayedAnswer& answer, const Asked& asked, std::size_t) {
    if (asked.range.length < 12 * mebi) return;
    answer.body.resize(9 * mebi);
    answer.broken_by = reset();
  };
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("model.pt") == noise(96 * mebi, 3));
  // Eight parts of 12 MiB, each broken after 9 of them.
  CHECK(bucket.objects.asked_bytes() == std::uint64_t{8} * (12 + 3) * mebi);
}

TEST_CASE("a connection that breaks behind the last byte costs nothing") {
  const auto size = GENERATE(1000 * std::size_t{1}, 20 * mebi);
  Bucket bucket;
  bucket.objects.state_digests(DigestKind::crc32c);
  bucket.add("model.pt", noise(size, 3));
  bucket.objects.on_request = [](PlayedAnswer& answer, const Asked&, std::size_t) {
    answer.broken_by = reset();
  };
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("model.pt") == noise(size, 3));
  CHECK(bucket.objects.asked_bytes() == size);
}

TEST_CASE("connections that break again and again are no obstacle while something comes by each") {
  Bucket bucket;
  bucket.add("model.pt", noise(20 * mebi, 3));
  bucket.objects.on_request = [](PlayedAnswer& answer, const Asked& asked, std::size_t) {
    if (asked.range.length <= mebi / 2) return;
    answer.body.resize(mebi / 2);
    answer.broken_by = reset();
  };
  CHECK(bucket.download() == storage::Outcome::downloaded);
  CHECK(bucket.at_target("model.pt") == noise(20 * mebi, 3));
  CHECK(bucket.objects.asked().size() == 40);
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

TEST_CASE("what lies at a target without a receipt is compared with the digests that the store states") {
  Bucket bucket;
  bucket.objects.state_digests(DigestKind::md5);
  bucket.add("good.pt", noise(1000, 1));
  bucket.add("zeroed.pt", noise(1000, 2));
  testing::write_file(bucket.scene.target / "good.pt", noise(1000, 1));
  testing::write_file(bucket.scene.target / "zeroed.pt", std::string(1000, '\0'));
  SECTION("and comes again where it differs") {
    CHECK(bucket.download() == storage::Outcome::downloaded);
    CHECK(bucket.at_target("zeroed.pt") == noise(1000, 2));
    CHECK(bucket.objects.asked_bytes() == 1000);
    CHECK(bucket.scene.receipt().find(R"("files_without_digest": 0)") != std::string::npos);
  }
  SECTION("but not with --verify size") {
    bucket.scene.options.verify = storage::Verify::size;
    CHECK(bucket.download() == storage::Outcome::already_complete);
    SECTION("until --verify hash asks for it") {
      bucket.scene.options.verify = storage::Verify::hash;
      CHECK(bucket.download() == storage::Outcome::downloaded);
      CHECK(bucket.at_target("zeroed.pt") == noise(1000, 2));
    }
  }
}

TEST_CASE("a limited rate is kept, from the first byte to the last") {
  Bucket bucket;
  bucket.add("a.pt", noise(60'000, 1));
  bucket.add("b.pt", noise(60'000, 2));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(bucket.download({.bytes_a_second = 400'000}) == storage::Outcome::downloaded);
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(299));
}
