#include "storage/transfer/hash_front.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "storage/file_list.hpp"
#include "storage/place.hpp"
#include "storage/staging.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/bucket.hpp"

namespace det::testing {
namespace {

using storage::DigestKind;
using storage::HashFront;
using Kinds = std::vector<DigestKind>;

constexpr std::size_t size = 9 * mebi + 3;

// A file of `size` bytes of noise on its way, and the front of its digests.
struct Arriving {
  explicit Arriving(const Kinds& wanted_kinds) : kinds(wanted_kinds), front(file, kinds) {}

  // A piece comes as a worker brings it.
  void bring(std::size_t offset, std::size_t length) {
    const auto piece = std::string_view(bytes).substr(offset, length);
    file.write(piece, offset);
    front.arrived(offset, piece);
  }
  std::vector<storage::Digest> expected() const {
    storage::Hasher hasher(kinds);
    hasher.add(bytes);
    return hasher.finish();
  }

  const Kinds kinds;
  const std::string bytes = noise(size, 1);
  TemporaryDirectory directory;
  const storage::FileList list{{{"model.pt", size}}};
  const storage::Place place = storage::place_for(directory / "out");
  storage::Staging staging{place, list, "checkpoint"};
  const storage::Wanted wanted{.path = "model.pt", .object = "model.pt", .size_bytes = size};
  storage::IncomingFile file{wanted, staging};
  HashFront front;
};

}  // namespace

TEST_CASE("bytes that come in order are hashed as they come, unless their digest is a slow one") {
  Arriving quick({DigestKind::xxh3_128, DigestKind::crc32c});
  quick.bring(0, mebi);
  quick.bring(mebi, size - mebi);
  CHECK(quick.front.finished());
  CHECK_FALSE(quick.front.advance());
  CHECK(quick.front.digests() == quick.expected());

  Arriving slow({DigestKind::xxh3_128, DigestKind::md5});
  slow.bring(0, size);
  CHECK_FALSE(slow.front.finished());
  while (slow.front.advance()) continue;
  CHECK(slow.front.finished());
  CHECK(slow.front.digests() == slow.expected());
}

TEST_CASE("bytes that come before their turn are read from the file when it comes") {
  Arriving arriving({DigestKind::xxh3_128});
  arriving.bring(4 * mebi, mebi);
  CHECK_FALSE(arriving.front.advance());
  arriving.bring(8 * mebi, size - 8 * mebi);
  arriving.bring(0, 2 * mebi);
  CHECK_FALSE(arriving.front.advance());
  arriving.bring(2 * mebi, 2 * mebi);
  CHECK(arriving.front.advance());
  arriving.bring(5 * mebi, 3 * mebi);
  while (arriving.front.advance()) continue;
  CHECK(arriving.front.finished());
  CHECK(arriving.front.digests() == arriving.expected());
}

TEST_CASE("what an earlier run left counts as what came") {
  Arriving arriving({DigestKind::xxh3_128, DigestKind::sha256});
  arriving.file.write(arriving.bytes, 0);
  arriving.front.found(3 * mebi, size - 3 * mebi);
  arriving.front.found(0, 3 * mebi);
  while (arriving.front.advance()) continue;
  CHECK(arriving.front.finished());
  CHECK(arriving.front.digests() == arriving.expected());
}

TEST_CASE("two threads bring pieces by turns while a third one reads what was out of turn") {
  Arriving arriving({DigestKind::xxh3_128, DigestKind::crc32c});
  constexpr std::size_t step = 10'007;
  constexpr std::size_t part = 64 * step;
  const auto bring = [&](std::size_t first) {
    for (std::size_t begin = first * part; begin < size; begin += 2 * part) {
      const auto end = std::min(begin + part, size);
      for (auto at = begin; at < end; at += step) arriving.bring(at, std::min(step, end - at));
    }
  };
  {
    const std::jthread even([&] { bring(0); });
    const std::jthread odd([&] { bring(1); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!arriving.front.finished() && std::chrono::steady_clock::now() < deadline) {
      if (!arriving.front.advance()) std::this_thread::yield();
    }
  }
  REQUIRE(arriving.front.finished());
  CHECK(arriving.front.digests() == arriving.expected());
}

TEST_CASE("a file that somebody else cuts short while it is hashed is told") {
  Arriving arriving({DigestKind::xxh3_128});
  arriving.front.found(0, size);
  const auto error = thrown([&] {
    while (arriving.front.advance()) continue;
  });
  CHECK(error.failure == Failure::local_disk);
  CHECK(error.message.find("\"model.pt\" was cut short") != std::string::npos);
}

}  // namespace det::testing
