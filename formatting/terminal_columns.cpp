#include "formatting/terminal_columns.hpp"

#include <algorithm>
#include <array>

#include "formatting/unicode.hpp"

namespace det::formatting {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 14, EastAsianWidth W and F; blocks of pictures are taken as a whole.
constexpr std::array wide = {
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x2329, 0x232a},   Range{0x23e9, 0x23f3},
    Range{0x25fd, 0x25fe},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x267f, 0x267f},
    Range{0x2693, 0x2693},   Range{0x26a1, 0x26a1},   Range{0x26aa, 0x26ab},   Range{0x26bd, 0x26be},
    Range{0x26c4, 0x26c5},   Range{0x26ce, 0x26ce},   Range{0x26d4, 0x26d4},   Range{0x26ea, 0x26ea},
    Range{0x26f2, 0x26f5},   Range{0x26fa, 0x26fd},   Range{0x2705, 0x2705},   Range{0x270a, 0x270b},
    Range{0x2728, 0x2728},   Range{0x274c, 0x274e},   Range{0x2753, 0x2757},   Range{0x2795, 0x2797},
    Range{0x27b0, 0x27b0},   Range{0x27bf, 0x27bf},   Range{0x2b1b, 0x2b1c},   Range{0x2b50, 0x2b55},
    Range{0x2e80, 0x303e},   Range{0x3041, 0x4dbf},   Range{0x4e00, 0xa4cf},   Range{0xa960, 0xa97c},
    Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe10, 0xfe19},   Range{0xfe30, 0xfe6f},
    Range{0xff01, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x16fe0, 0x1b2ff}, Range{0x1f004, 0x1f004},
    Range{0x1f0cf, 0x1f0cf}, Range{0x1f18e, 0x1f19a}, Range{0x1f1e6, 0x1f64f}, Range{0x1f680, 0x1f6ff},
    Range{0x1f7e0, 0x1f7f0}, Range{0x1f90c, 0x1f9ff}, Range{0x1fa70, 0x1faff}, Range{0x20000, 0x3fffd}};

// Combining marks of Latin, Greek and Cyrillic, joiners and variation selectors.
constexpr std::array unseen = {Range{0x300, 0x36f},   Range{0x483, 0x489},   Range{0x1ab0, 0x1aff},
                               Range{0x1dc0, 0x1dff}, Range{0x200b, 0x200d}, Range{0x20d0, 0x20f0},
                               Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}, Range{0xe0100, 0xe01ef}};

template <typename Ranges>
bool is_in(const Ranges& ranges, char32_t value) {
  const auto range = std::lower_bound(ranges.begin(), ranges.end(), value,
                                      [](const Range& each, char32_t wanted) { return each.last < wanted; });
  return range != ranges.end() && range->first <= value;
}

std::size_t columns_of(char32_t value) {
  if (value < unseen.front().first) return 1;
  if (is_in(unseen, value)) return 0;
  return is_in(wide, value) ? 2 : 1;
}

bool beyond_ascii(char byte) {
  return static_cast<unsigned char>(byte) >= 0x80;
}

}  // namespace

std::size_t terminal_columns(std::string_view text) {
  const auto ascii =
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), beyond_ascii) - text.begin());
  auto columns = ascii;
  for (auto at = ascii; at < text.size();) {
    const auto here = code_point(text, at);
    columns += columns_of(here.value);
    at += here.bytes;
  }
  return columns;
}

std::string_view first_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto here = code_point(text, at);
    const auto wanted = columns_of(here.value);
    if (wanted > columns) break;
    columns -= wanted;
    at += here.bytes;
  }
  return text.substr(0, at);
}

}  // namespace det::formatting
