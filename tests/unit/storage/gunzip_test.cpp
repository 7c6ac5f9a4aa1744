#include "storage/gunzip.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "tests/support/thrown.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

storage::Pieces pieces_of(const std::string& bytes, std::size_t size) {
  return [&bytes, size, position = std::size_t{0}]() mutable {
    const auto piece = std::string_view(bytes).substr(position, size);
    position += piece.size();
    return piece;
  };
}

std::string gunzipped(const std::string& bytes, std::size_t piece_size) {
  const auto pieces = storage::gunzip(pieces_of(bytes, piece_size));
  std::string whole;
  for (auto piece = pieces(); !piece.empty(); piece = pieces()) whole += piece;
  return whole;
}

// Half of it compresses, half does not.
std::string mixed_bytes(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes;
  while (bytes.size() < size) {
    for (int i = 0; i < 500; ++i) bytes += static_cast<char>(random());
    bytes.append(500, static_cast<char>(random()));
  }
  bytes.resize(size);
  return bytes;
}

TEST_CASE("what was compressed comes back, in pieces of any size") {
  const auto size = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{262143}, std::size_t{262144},
                             std::size_t{262145}, std::size_t{3000000});
  const auto bytes = mixed_bytes(size);
  const auto packed = gzip(bytes);
  for (const std::size_t piece_size :
       {std::size_t{1}, std::size_t{777}, std::size_t{262144}, packed.size()}) {
    CHECK(gunzipped(packed, piece_size) == bytes);
  }
}

TEST_CASE("what GNU gzip 1.12 packed comes back") {
  // printf 'hello' | gzip -n
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00",
      25);
  CHECK(gunzipped(packed, 4) == "hello");
}

TEST_CASE("several members are one stream") {
  const auto both = gzip("one ") + gzip("") + gzip("two");
  for (const std::size_t piece_size : {std::size_t{1}, std::size_t{25}, both.size()}) {
    CHECK(gunzipped(both, piece_size) == "one two");
  }
}

TEST_CASE("a flipped bit anywhere in the compressed data is found") {
  const auto bytes = mixed_bytes(2000);
  const auto packed = gzip(bytes);
  for (std::size_t at = 10; at < packed.size(); ++at) {
    auto flipped = packed;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    CHECK(thrown([&] { gunzipped(flipped, 4096); }).failure == Failure::integrity);
  }
}

TEST_CASE("a stream cut anywhere is found") {
  const auto packed = gzip(mixed_bytes(2000));
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CHECK(thrown([&] { gunzipped(packed.substr(0, length), 100); }).failure == Failure::integrity);
  }
}

}  // namespace
}  // namespace det::testing
