#include "formatting/values.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace det::formatting;
using det::model::Time;

namespace {

Time at(std::int64_t microseconds) {
  return Time(std::chrono::microseconds(microseconds));
}

constexpr std::int64_t recorded = 1795219008'317994;  // 2026-11-20 23:56:48.317994

}  // namespace

TEST_CASE("sizes are shown in units of 1024 with one decimal") {
  CHECK(human_size(0) == "0.0B");
  CHECK(human_size(1) == "1.0B");
  CHECK(human_size(1023) == "1023.0B");
  CHECK(human_size(1024) == "1.0KB");
  CHECK(human_size(1129) == "1.1KB");
  CHECK(human_size(1048575) == "1024.0KB");
  CHECK(human_size(1048576) == "1.0MB");
  CHECK(human_size(5'368'709'120) == "5.0GB");
  CHECK(human_size(std::numeric_limits<std::uint64_t>::max()) == "16.0EB");
}

TEST_CASE("a time in a table is cut to the second, in UTC") {
  CHECK(table_time(at(recorded)) == "2026-11-20 23:56:48+0000");
  CHECK(table_time(at(-1)) == "1969-12-31 23:59:59+0000");
  CHECK(table_time(std::nullopt) == std::nullopt);
}

TEST_CASE("a time in JSON is RFC 3339 with six digits") {
  CHECK(json_time(at(recorded)) == "2026-11-20T23:56:48.317994Z");
  CHECK(json_time(at(0)) == "1970-01-01T00:00:00.000000Z");
  CHECK(json_time(at(-62135596800'000000)) == "0001-01-01T00:00:00.000000Z");
}

TEST_CASE("a share is shown as a percentage with one decimal") {
  CHECK(percent(0) == "0.0%");
  CHECK(percent(1) == "100.0%");
  CHECK(percent(0.12345) == "12.3%");
  CHECK(percent(0.0005) == "0.1%");
  CHECK(percent(0.9999) == "100.0%");
  CHECK(percent(-std::numeric_limits<double>::quiet_NaN()) == "nan%");
  CHECK(percent(std::numeric_limits<double>::infinity()) == "inf%");
  CHECK(percent(std::nullopt) == std::nullopt);
}
