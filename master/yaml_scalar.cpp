#include "master/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace det::master {
namespace {

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 5> nulls{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 11> truths{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                  "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> falsehoods{"n",     "N",     "no",  "No",  "NO", "false",
                                                      "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 3> not_numbers{".nan", ".NaN", ".NAN"};
constexpr std::array<std::string_view, 3> infinities{".inf", ".Inf", ".INF"};

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// "0x1f" is 16, "1f" is left.
int taken_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char second = digits[1];
  const int base = second == 'x' ? 16 : second == 'o' || is_digit(second) ? 8 : second == 'b' ? 2 : 0;
  digits.remove_prefix(is_digit(second) ? 1 : 2);
  return base;
}

// Absent for what is no whole number, or one that 64 bits do not hold.
std::optional<std::int64_t> whole_number(std::string_view text, bool negative) {
  const int base = taken_base(text);
  if (base == 0 || text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number, base);
  if (result.ec != std::errc{} || result.ptr != end || number > INT64_MAX) return std::nullopt;
  const auto signed_number = static_cast<std::int64_t>(number);
  return negative ? -signed_number : signed_number;
}

std::size_t count_digits(std::string_view text, std::size_t from) {
  return static_cast<std::size_t>(
             std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), is_digit) -
             text.begin()) -
         from;
}

// "1", "1.", ".5", "1.5e-3"; without a sign.
bool is_real(std::string_view text) {
  const auto whole = count_digits(text, 0);
  auto at = whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = count_digits(text, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const auto exponent = count_digits(text, at);
  return exponent > 0 && at + exponent == text.size();
}

// Without underscores, which only separate digits.
model::Json number_or_text(const std::string& text) {
  const bool has_sign = text[0] == '-' || text[0] == '+';
  const bool negative = text[0] == '-';
  std::string digits = text.substr(has_sign ? 1 : 0);
  if (is_one_of(infinities, digits)) return negative ? "-Infinity" : "Infinity";
  if (digits.empty() || (!is_digit(digits[0]) && digits[0] != '.')) return text;
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  if (const auto whole = whole_number(digits, negative)) return *whole;
  if (!is_real(digits)) return text;
  double number = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (result.ec != std::errc{}) return text;
  return negative ? -number : number;
}

}  // namespace

model::Json yaml_scalar(const std::string& text) {
  if (is_one_of(nulls, text)) return nullptr;
  if (is_one_of(truths, text)) return true;
  if (is_one_of(falsehoods, text)) return false;
  if (is_one_of(not_numbers, text)) return "NaN";
  return number_or_text(text);
}

}  // namespace det::master
