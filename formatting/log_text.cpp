#include "formatting/log_text.hpp"

#include <algorithm>

#include "formatting/values.hpp"

namespace det::formatting {
namespace {

constexpr std::string_view reset = "\x1b[0m";

// Of the sequence at the beginning of `text` that sets colours (ECMA-48, SGR); 0: there is none.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::string log_text(std::string_view text, Colours colours) {
  std::string safe;
  bool coloured = false;
  while (!text.empty()) {
    const auto plain = text.substr(0, text.find_first_of("\n\t\x1b"));
    safe += terminal_safe(plain);
    text.remove_prefix(plain.size());
    const auto colour = colours == Colours::kept ? colour_length(text) : 0;
    if (colour > 0) {
      coloured = text.substr(0, colour) != reset;
      safe += text.substr(0, colour);
    } else if (!text.empty()) {
      safe += text.front() == '\x1b' ? terminal_safe(text.substr(0, 1)) : std::string(1, text.front());
    }
    text.remove_prefix(colour > 0 ? colour : std::min<std::size_t>(text.size(), 1));
  }
  if (coloured) safe.insert(safe.ends_with('\n') ? safe.size() - 1 : safe.size(), reset);
  return safe;
}

}  // namespace det::formatting
