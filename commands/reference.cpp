#include "commands/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "model/error.hpp"

namespace det::commands {
namespace {

// Ids of a master are 32-bit numbers.
bool is_id(const std::string& text) {
  constexpr std::size_t most_digits = 10;
  return !text.empty() && text.size() <= most_digits &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

}  // namespace

Reference parse_reference(const std::string& text, const std::string& what) {
  const auto hash = text.find('#');
  if ((text.starts_with("http://") || text.starts_with("https://")) && hash != std::string::npos) {
    return {text.substr(0, hash), parse_id(text.substr(hash + 1), what)};
  }
  return {std::nullopt, parse_id(text, what)};
}

std::string parse_id(const std::string& text, const std::string& what) {
  if (!is_id(text))
    throw Error(Failure::usage, fmt::format("invalid {} id '{}': a number is needed", what, text));
  return text;
}

}  // namespace det::commands
