#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace det::model {

// The decimal number that the whole of `text` is: no blanks, no '+'; of a floating-point type "inf" and
// "nan", too. Nothing for anything else, and for a number that `Number` cannot hold.
template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || rest != end) return std::nullopt;
  return value;
}

}  // namespace det::model
