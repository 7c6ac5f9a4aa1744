#include "master/query.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "model/number.hpp"

namespace det::master {
namespace {

std::optional<unsigned> hexadecimal(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

// snake_case as camelCase.
std::string camel_case(std::string_view name) {
  std::string camel;
  bool capital = false;
  for (const char letter : name) {
    if (letter == '_') {
      capital = true;
      continue;
    }
    const bool small = letter >= 'a' && letter <= 'z';
    camel += capital && small ? static_cast<char>(letter - 'a' + 'A') : letter;
    capital = false;
  }
  return camel;
}

std::string decoded(std::string_view text) {
  auto plain = percent_decoded(text, Plus::blank);
  if (!plain) throw Error(Failure::usage, fmt::format("invalid URL escape in \"{}\"", text));
  return std::move(*plain);
}

Error mismatch(std::string_view name, std::string_view go_function, std::string_view text) {
  return {Failure::usage,
          fmt::format("type mismatch, parameter: {}, error: strconv.{}: parsing \"{}\": invalid syntax", name,
                      go_function, text)};
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at] == '+' && plus == Plus::blank ? ' ' : text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const auto high = hexadecimal(text[at + 1]);
    const auto low = hexadecimal(text[at + 2]);
    if (!high || !low) return std::nullopt;
    plain += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return plain;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const auto one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    if (one.empty()) continue;
    const auto equals = std::min(one.find('='), one.size());
    const auto value = one.substr(std::min(equals + 1, one.size()));
    parameters_.emplace_back(camel_case(decoded(one.substr(0, equals))), decoded(value));
  }
}

std::optional<std::string> Query::text(std::string_view name) const {
  for (const auto& [known, value] : parameters_) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Query::texts(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [known, value] : parameters_) {
    if (known == name) values.push_back(value);
  }
  return values;
}

std::optional<std::int64_t> Query::integer(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  return parsed_integer(*value, name);
}

std::vector<std::int64_t> Query::integers(std::string_view name) const {
  std::vector<std::int64_t> numbers;
  for (const auto& value : texts(name)) numbers.push_back(parsed_integer(value, name));
  return numbers;
}

std::optional<bool> Query::flag(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (*value == "true" || *value == "1") return true;
  if (*value == "false" || *value == "0") return false;
  throw mismatch(name, "ParseBool", *value);
}

std::int64_t parsed_integer(std::string_view text, std::string_view name) {
  const auto number = model::number<std::int32_t>(text);
  if (!number) throw mismatch(name, "ParseInt", text);
  return *number;
}

}  // namespace det::master
