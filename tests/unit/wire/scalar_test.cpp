#include "wire/scalar.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/unit/wire/refusal.hpp"

using det::testing::refusal;
using namespace det::wire;

namespace {

const Place here{"field"};

Scalar word(std::string_view text) {
  return text;
}

}  // namespace

TEST_CASE("a whole number comes as a number, as text or as a floating-point number") {
  CHECK(integer(std::int64_t{-7}, here) == -7);
  CHECK(integer(word("9223372036854775807"), here) == INT64_MAX);
  CHECK(integer(500.0, here) == 500);
}

TEST_CASE("what is no whole number of 64 bits is refused") {
  const std::string refused = "the master's answer is not valid: field is not a whole number of 64 bits";
  for (const Scalar& value :
       {word(""), word("7 "), word("7x"), word("9223372036854775808"), Scalar(0.5), Scalar(1e30),
        Scalar(true), Scalar(nullptr), Scalar(Composite()), Scalar(UINT64_MAX)}) {
    CHECK(refusal([&] { integer(value, here); }) == refused);
  }
}

TEST_CASE("a size is not negative") {
  CHECK(size(word("1024"), here) == 1024);
  CHECK(refusal([&] { size(word("-1"), here); }) == "the master's answer is not valid: field is negative");
}

TEST_CASE("a number comes as any number, as text or as a word for what JSON cannot say") {
  CHECK(number(0.5, here) == 0.5);
  CHECK(number(std::int64_t{3}, here) == 3.0);
  CHECK(number(UINT64_MAX, here) == 18446744073709551615.0);
  CHECK(number(word("0.25"), here) == 0.25);
  CHECK(std::isnan(number(word("NaN"), here)));
  CHECK(number(word("Infinity"), here) == std::numeric_limits<double>::infinity());
  CHECK(number(word("-Infinity"), here) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("what is no number is refused") {
  for (const Scalar& value :
       {word(""), word("nan"), word("inf"), word("1e999"), Scalar(false), Scalar(Composite())}) {
    CHECK(refusal([&] { number(value, here); }) == "the master's answer is not valid: field is not a number");
  }
}

TEST_CASE("an id is a number as text, and none for 0") {
  CHECK(id(std::int64_t{17}, here) == "17");
  CHECK(id(word("17"), here) == "17");
  CHECK(id(std::int64_t{0}, here).empty());
  CHECK(refusal([&] { id(std::int64_t{-1}, here); }) ==
        "the master's answer is not valid: field is negative");
}

TEST_CASE("texts, flags and times are of their own kind only") {
  CHECK(text(word("a"), here) == "a");
  CHECK(flag(true, here));
  CHECK(refusal([&] { text(1.0, here); }) == "the master's answer is not valid: field is not a text");
  CHECK(refusal([&] { flag(word("true"), here); }) ==
        "the master's answer is not valid: field is not true or false");
  CHECK(refusal([&] { time(word("soon"), here); }) ==
        "the master's answer is not valid: field is not a time");
  CHECK(refusal([&] { time(std::int64_t{0}, here); }) ==
        "the master's answer is not valid: field is not a time");
}
