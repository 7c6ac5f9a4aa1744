#include <catch2/catch.hpp>
#include <string>

#include "formatting/values.hpp"

using det::formatting::cell_safe;
using det::formatting::terminal_safe;
using namespace std::string_literals;

TEST_CASE("printable text of any script is terminal-safe as it is") {
  const auto text = "plain ~ back\\slash \"quotes\" café 日本語 e\u0301 \u00a0 😀 \U0010ffff"s;
  CHECK(terminal_safe(text) == text);
  CHECK(terminal_safe("").empty());
}

TEST_CASE("control characters are made visible") {
  CHECK(terminal_safe("\0\x01\x07\b\t\n\v\f\r\x1b[2J\x1f\x7f"s) ==
        R"(\x00\x01\x07\x08\t\n\x0b\x0c\r\x1b[2J\x1f\x7f)");
  CHECK(terminal_safe("\u0080\u0085\u009b31m\u009f") == R"(\x80\x85\x9b31m\x9f)");
}

TEST_CASE("invisible characters that reorder or break text are made visible") {
  CHECK(terminal_safe(
            "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff") ==
        R"(\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff)");
}

TEST_CASE("bytes that are not UTF-8 are made visible one by one") {
  CHECK(terminal_safe("a\xff"
                      "b") == R"(a\xffb)");
  CHECK(terminal_safe("\xc0\xaf") == R"(\xc0\xaf)");                  // overlong '/'
  CHECK(terminal_safe("\xe0\x80\xaf") == R"(\xe0\x80\xaf)");          // overlong
  CHECK(terminal_safe("\xed\xa0\x80") == R"(\xed\xa0\x80)");          // surrogate
  CHECK(terminal_safe("\xf4\x90\x80\x80") == R"(\xf4\x90\x80\x80)");  // past U+10FFFF
  CHECK(terminal_safe("\xf0\x9f\x98") == R"(\xf0\x9f\x98)");          // ends too early
  CHECK(terminal_safe("\xe2\x82"
                      "A\x80") == R"(\xe2\x82A\x80)");
}

TEST_CASE("a cell keeps its newlines and nothing else that steers") {
  CHECK(cell_safe("a\nb\r\n\tc\0"s) == "a\nb\\r\n\\tc\\x00");
}
