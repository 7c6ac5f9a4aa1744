#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace det::formatting {

// What stands at one place of a UTF-8 text.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;  // of a sequence that is not UTF-8: its longest valid start, at least 1
  bool valid = true;      // false for overlong forms, surrogates, values past U+10FFFF and broken sequences
};

// The code point at `text[at]`; `at` is within the text.
CodePoint code_point(std::string_view text, std::size_t at);

void append_utf8(std::string& text, char32_t value);

// How many code points a valid UTF-8 text has.
std::size_t length(std::string_view text);

// White space as Python's str.isspace knows it.
bool is_space(char32_t value);

// The text without white space around it, or behind it.
std::string_view stripped(std::string_view text);
std::string_view stripped_right(std::string_view text);

// The value of a decimal digit of any script (Unicode 14 category Nd, as in Python 3.11).
std::optional<int> decimal_digit(char32_t value);

}  // namespace det::formatting
