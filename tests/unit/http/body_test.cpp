#include <catch2/catch.hpp>

#include "model/error.hpp"
#include "tests/support/fake_transport.hpp"

using det::testing::FakeTransport;

namespace {

std::string read_pieces(std::vector<std::string> pieces, std::size_t limit_bytes) {
  FakeTransport transport;
  transport.expect("GET http://m:8080/", {.chunks = std::move(pieces)});
  const auto response = transport.send({.url = "http://m:8080/"});
  return det::http::read_all(*response, limit_bytes);
}

}  // namespace

TEST_CASE("a body is read to its end, piece after piece") {
  CHECK(read_pieces({"abc", "", "de"}, 5) == "abcde");
  CHECK(read_pieces({}, 0).empty());
}

TEST_CASE("a body longer than its limit is an error of the master") {
  try {
    read_pieces({"abc", "def"}, 5);
    FAIL("no error");
  } catch (const det::Error& error) {
    CHECK(error.failure == det::Failure::master);
    CHECK(error.message == "the answer is longer than 5 bytes");
  }
}
