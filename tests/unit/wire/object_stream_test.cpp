#include "wire/object_stream.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/wire/refusal.hpp"

using det::testing::refusal;
using det::wire::ObjectStream;
using det::wire::PaddedText;
using det::wire::Place;

namespace {

// The objects of a stream that comes in pieces of `width` bytes, each followed by a bar.
std::string cut(const std::string& text, std::size_t width) {
  ObjectStream stream;
  std::string seen;
  for (std::size_t at = 0; at < text.size(); at += width) {
    stream.feed(std::string_view(text).substr(at, width), [&](const PaddedText& object, const Place&) {
      seen += std::string(object.view()) + "|";
      return true;
    });
  }
  stream.finish();
  return seen;
}

const std::string invalid = "the master's answer is not valid: stream";

}  // namespace

TEST_CASE("objects are found wherever the pieces break") {
  const std::string text = "{\"a\":\"}{\\\"\\\\\"}\n{\"result\":{\"b\":[{}]}}{}\r\n\t{\"long\":\"" +
                           std::string(200, 'x') + "\"}\n";
  const std::string whole =
      "{\"a\":\"}{\\\"\\\\\"}|{\"result\":{\"b\":[{}]}}|{}|{\"long\":\"" + std::string(200, 'x') + "\"}|";
  for (std::size_t width = 1; width <= text.size(); ++width) CHECK(cut(text, width) == whole);
}

TEST_CASE("a stream of nothing has no objects") {
  CHECK(cut("", 1).empty());
  CHECK(cut("\n \r\n", 1).empty());
}

TEST_CASE("a sink that has enough stops the stream") {
  ObjectStream stream;
  int seen = 0;
  CHECK_FALSE(stream.feed("{}{}{}", [&](const PaddedText&, const Place&) { return ++seen < 2; }));
  CHECK(seen == 2);
}

TEST_CASE("what is no stream of objects is refused by its place") {
  CHECK(refusal([] { cut("{}\n<html>", 3); }) == invalid + "[1] is not an object");
  CHECK(refusal([] { cut("[{}]", 4); }) == invalid + "[0] is not an object");
  CHECK(refusal([] { cut("{}{\"a\":1", 2); }) == invalid + "[1] ends too early");
}

TEST_CASE("an object has a largest size") {
  ObjectStream stream;
  const auto none = [](const PaddedText&, const Place&) { return true; };
  const std::string piece(std::size_t{1} << 20, 'x');
  stream.feed("{\"a\":\"", none);
  CHECK(refusal([&] {
          for (int i = 0; i < 17; ++i) stream.feed(piece, none);
        }) == invalid + "[0] is too large");
}
