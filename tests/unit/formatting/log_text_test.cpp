#include "formatting/log_text.hpp"

#include <catch2/catch.hpp>
#include <string>

using det::formatting::Colours;
using det::formatting::log_text;

TEST_CASE("lines of a log keep their ends, tabs and whatever is printable") {
  const std::string text = "[2026-11-20T23:44:06Z] 5d3b0b5a || INFO: loss\t0.5 ✓\n  second line\n";
  CHECK(log_text(text, Colours::shown) == text);
  CHECK(log_text("", Colours::kept).empty());
}

TEST_CASE("what steers a terminal is shown, not obeyed") {
  CHECK(log_text("a\x1b[2J\x1b]0;title\x07\x1b[31\r\n", Colours::kept) ==
        R"(a\x1b[2J\x1b]0;title\x07\x1b[31\r)"
        "\n");
  CHECK(log_text("\u009b31m\u202e\xff", Colours::kept) == R"(\x9b31m\u202e\xff)");
  CHECK(log_text("\x1b[1;31mred\x1b[0m", Colours::shown) == R"(\x1b[1;31mred\x1b[0m)");
  CHECK(log_text("\x1b[?25l\x1b[31\x1b[3;m", Colours::kept) == "\\x1b[?25l\\x1b[31\x1b[3;m\x1b[0m");
}

TEST_CASE("colours stay where they are wanted, and end with the text") {
  const std::string whole = "\x1b[1;31mred\x1b[0m and plain\n";
  CHECK(log_text(whole, Colours::kept) == whole);
  CHECK(log_text("\x1b[32mgreen\n", Colours::kept) == "\x1b[32mgreen\x1b[0m\n");
  CHECK(log_text("\x1b[32mgreen", Colours::kept) == "\x1b[32mgreen\x1b[0m");
}
