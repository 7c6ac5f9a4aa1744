#include "wire/time.hpp"

#include <catch2/catch.hpp>
#include <string>

using det::wire::parse_time;

namespace {

// Microseconds since 1970, or "none".
std::string micros(std::string_view text) {
  const auto time = parse_time(text);
  return time ? std::to_string(time->time_since_epoch().count()) : "none";
}

}  // namespace

TEST_CASE("a time has any number of fraction digits, cut off at the microsecond") {
  CHECK(micros("2026-11-20T23:56:48Z") == "1795219008000000");
  CHECK(micros("2026-11-20T23:56:48.5Z") == "1795219008500000");
  CHECK(micros("2026-11-20T23:56:48.318Z") == "1795219008318000");
  CHECK(micros("2026-11-20T23:56:48.565190Z") == "1795219008565190");
  CHECK(micros("2026-11-20T23:56:48.5651909999999Z") == "1795219008565190");
}

TEST_CASE("an offset is taken away") {
  CHECK(micros("2026-11-21T01:56:48+02:00") == "1795219008000000");
  CHECK(micros("2026-11-20T18:26:48-05:30") == "1795219008000000");
  CHECK(micros("2026-11-20T23:56:48+00:00") == "1795219008000000");
}

TEST_CASE("times before 1970 and leap days are right") {
  CHECK(micros("1969-12-31T23:59:59.999999Z") == "-1");
  CHECK(micros("2024-02-29T00:00:00Z") == "1709164800000000");
  CHECK(micros("0001-01-01T00:00:00Z") == "-62135596800000000");
}

TEST_CASE("what is no time is none") {
  for (const char* text :
       {"", "2026", "2026-11-20", "2026-11-20T23:56:48", "2026-13-20T23:56:48Z", "2026-02-29T00:00:00Z",
        "2026-11-20T24:00:00Z", "2026-11-20T23:60:00Z", "2026-11-20T23:56:48.Z", "2026-11-20T23:56:48Zx",
        " 2026-11-20T23:56:48Z", "2026-11-20T23:56:48+0200", "-026-11-20T23:56:48Z"}) {
    INFO(text);
    CHECK(micros(text) == "none");
  }
}
