#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "formatting/unicode.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

bool plain(char byte) {
  return byte >= ' ' && byte <= '~';
}

// What steers a terminal, reorders text or breaks lines without being seen.
bool steers(char32_t value) {
  if (value < 0x20 || (value >= 0x7f && value <= 0x9f)) return true;
  return value == 0x61c || value == 0x200e || value == 0x200f || (value >= 0x2028 && value <= 0x202e) ||
         (value >= 0x2066 && value <= 0x2069) || value == 0xfeff;
}

void append_escape(std::string& safe, char32_t value) {
  switch (value) {
    case '\n':
      safe += "\\n";
      break;
    case '\t':
      safe += "\\t";
      break;
    case '\r':
      safe += "\\r";
      break;
    default:
      safe += value < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(value))
                            : fmt::format("\\u{:04x}", static_cast<unsigned>(value));
  }
}

void append_safe(std::string& safe, std::string_view text, std::size_t at, const CodePoint& here) {
  if (here.valid && !steers(here.value)) {
    safe += text.substr(at, here.bytes);
  } else if (here.valid) {
    append_escape(safe, here.value);
  } else {
    for (const char byte : text.substr(at, here.bytes)) {
      fmt::format_to(std::back_inserter(safe), "\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
}

// `kept` is the one control character that stays, '\0' for none: a NUL is then escaped by its own rule.
std::string escaped(std::string_view text, char kept) {
  const auto harmless = [kept](char byte) { return plain(byte) || (byte == kept && kept != '\0'); };
  const auto start = std::find_if_not(text.begin(), text.end(), harmless);
  auto at = static_cast<std::size_t>(start - text.begin());
  std::string safe(text.substr(0, at));
  while (at < text.size()) {
    if (harmless(text[at])) {
      safe += text[at++];
      continue;
    }
    const auto here = code_point(text, at);
    append_safe(safe, text, at, here);
    at += here.bytes;
  }
  return safe;
}

}  // namespace

std::string terminal_safe(std::string_view text) {
  return escaped(text, '\0');
}

std::string cell_safe(std::string_view text) {
  return escaped(text, '\n');
}

}  // namespace det::formatting
