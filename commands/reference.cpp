#include "commands/reference.hpp"

#include <fmt/format.h>

#include <charconv>

#include "model/error.hpp"

namespace det::commands {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Ids of a master are numbers of 31 bits.
bool is_id(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
}

bool names_another_source(const std::string& text) {
  return text.starts_with("ray:") || text.starts_with("dvc:") || text.starts_with("dir:");
}

}  // namespace

Reference parse_reference(const std::string& text, const std::string& what) {
  if (names_another_source(text)) {
    throw Error(Failure::usage,
                fmt::format("this version does not read {} sources, only masters", text.substr(0, 4)));
  }
  const auto hash = text.find('#');
  if ((text.starts_with("http://") || text.starts_with("https://")) && hash != std::string::npos) {
    return {text.substr(0, hash), parse_id(text.substr(hash + 1), what)};
  }
  return {std::nullopt, parse_id(text, what)};
}

std::string parse_id(const std::string& text, const std::string& what) {
  if (is_number(text) && !is_id(text))
    throw Error(Failure::usage, fmt::format("invalid {} id '{}': no id is that large", what, text));
  if (!is_id(text))
    throw Error(Failure::usage, fmt::format("invalid {} id '{}': a number is needed", what, text));
  return text;
}

}  // namespace det::commands
