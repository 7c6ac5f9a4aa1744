#include "formatting/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace det::formatting {
namespace {

// The zeros of the scripts; each is followed by its nine other digits.
constexpr std::array<char32_t, 66> zeros = {
    0x30,    0x660,   0x6f0,   0x7c0,   0x966,   0x9e6,   0xa66,   0xae6,   0xb66,   0xbe6,   0xc66,
    0xce6,   0xd66,   0xde6,   0xe50,   0xed0,   0xf20,   0x1040,  0x1090,  0x17e0,  0x1810,  0x1946,
    0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,  0x1c40,  0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,
    0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60,
    0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0};

// What may follow a lead byte: how many bytes, and the range of the first of them, which keeps overlong
// forms, surrogates and values past U+10FFFF out (Unicode standard, table 3-7).
struct Sequence {
  std::size_t following = 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;
};

std::optional<Sequence> sequence(unsigned lead) {
  if (lead >= 0xc2 && lead <= 0xdf) return Sequence{1, 0x80, 0xbf};
  if (lead == 0xe0) return Sequence{2, 0xa0, 0xbf};
  if (lead == 0xed) return Sequence{2, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return Sequence{2, 0x80, 0xbf};
  if (lead == 0xf0) return Sequence{3, 0x90, 0xbf};
  if (lead == 0xf4) return Sequence{3, 0x80, 0x8f};
  if (lead >= 0xf1 && lead <= 0xf3) return Sequence{3, 0x80, 0xbf};
  return std::nullopt;
}

unsigned byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80;
}

char character(char32_t value) {
  return static_cast<char>(static_cast<unsigned char>(value));
}

// Where the code point that ends before `end` begins.
std::size_t before(std::string_view text, std::size_t end) {
  auto at = end - 1;
  while (at > 0 && continues(text[at])) --at;
  return at;
}

}  // namespace

CodePoint code_point(std::string_view text, std::size_t at) {
  const auto lead = byte(text, at);
  if (lead < 0x80) return {lead, 1, true};
  const auto wanted = sequence(lead);
  if (!wanted) return {lead, 1, false};
  char32_t value = lead & (0x3fu >> wanted->following);
  for (std::size_t i = 1; i <= wanted->following; ++i) {
    const auto next = at + i < text.size() ? byte(text, at + i) : 0;
    const auto low = i == 1 ? wanted->low : 0x80u;
    const auto high = i == 1 ? wanted->high : 0xbfu;
    if (next < low || next > high) return {lead, i, false};
    value = (value << 6) | (next & 0x3fu);
  }
  return {value, wanted->following + 1, true};
}

void append_utf8(std::string& text, char32_t value) {
  if (value < 0x80) {
    text += character(value);
  } else if (value < 0x800) {
    text += {character(0xc0 | (value >> 6)), character(0x80 | (value & 0x3f))};
  } else if (value < 0x10000) {
    text += {character(0xe0 | (value >> 12)), character(0x80 | ((value >> 6) & 0x3f)),
             character(0x80 | (value & 0x3f))};
  } else {
    text += {character(0xf0 | (value >> 18)), character(0x80 | ((value >> 12) & 0x3f)),
             character(0x80 | ((value >> 6) & 0x3f)), character(0x80 | (value & 0x3f))};
  }
}

std::size_t length(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

bool is_space(char32_t value) {
  if (value < 0x80)
    return value == ' ' || (value >= 0x09 && value <= 0x0d) || (value >= 0x1c && value <= 0x1f);
  return value == 0x85 || value == 0xa0 || value == 0x1680 || (value >= 0x2000 && value <= 0x200a) ||
         value == 0x2028 || value == 0x2029 || value == 0x202f || value == 0x205f || value == 0x3000;
}

std::string_view stripped_right(std::string_view text) {
  while (!text.empty()) {
    const auto last = before(text, text.size());
    if (!is_space(code_point(text, last).value)) break;
    text = text.substr(0, last);
  }
  return text;
}

std::string_view stripped(std::string_view text) {
  while (!text.empty()) {
    const auto leading = code_point(text, 0);
    if (!is_space(leading.value)) break;
    text.remove_prefix(leading.bytes);
  }
  return stripped_right(text);
}

std::optional<int> decimal_digit(char32_t value) {
  const auto after = std::upper_bound(zeros.begin(), zeros.end(), value);
  if (after == zeros.begin()) return std::nullopt;
  const auto digit = value - *std::prev(after);
  return digit < 10 ? std::optional(static_cast<int>(digit)) : std::nullopt;
}

}  // namespace det::formatting
