#include "formatting/cell_type.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "formatting/unicode.hpp"

namespace det::formatting {
namespace {

// More digits than this are no integer for Python 3.11 (sys.int_info.default_max_str_digits).
constexpr std::ptrdiff_t most_digits = 4300;

bool digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// Whether a text can be a number at all, told by its first letter. Most cells end here.
bool may_be_number(std::string_view text) {
  const auto at = text.find_first_not_of(" \n");
  if (at == std::string_view::npos) return false;
  const char letter = text[at];
  return digit(letter) || static_cast<unsigned char>(letter) >= 0x80 ||
         std::string_view("+-.iInN").find(letter) != std::string_view::npos;
}

// The stripped text with every script's digits as 0 to 9.
std::string in_ascii(std::string_view text) {
  std::string ascii;
  for (std::size_t at = 0; at < text.size();) {
    const auto here = code_point(text, at);
    const auto value = here.value < 0x80 ? std::nullopt : decimal_digit(here.value);
    if (value) {
      ascii += static_cast<char>('0' + *value);
    } else {
      ascii += text.substr(at, here.bytes);
    }
    at += here.bytes;
  }
  return ascii;
}

// Without the underscores that stand between two digits; others stay, and no number has them.
std::string without_separators(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool separates =
        text[i] == '_' && i > 0 && i + 1 < text.size() && digit(text[i - 1]) && digit(text[i + 1]);
    if (!separates) plain += text[i];
  }
  return plain;
}

std::string numeral(std::string_view text) {
  return without_separators(in_ascii(stripped(text)));
}

std::string_view unsigned_part(std::string_view numeral) {
  const bool is_signed = !numeral.empty() && (numeral[0] == '+' || numeral[0] == '-');
  return numeral.substr(is_signed ? 1 : 0);
}

std::string_view after_digits(std::string_view text) {
  return text.substr(
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), digit) - text.begin()));
}

bool is_integer(std::string_view numeral) {
  const auto digits = unsigned_part(numeral);
  return !digits.empty() && digits.size() <= most_digits && after_digits(digits).empty();
}

bool is_exponent(std::string_view text) {
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  const auto digits = unsigned_part(text.substr(1));
  return !digits.empty() && after_digits(digits).empty();
}

// [digits][.[digits]][e[sign]digits] with a digit before the exponent.
bool is_decimal(std::string_view numeral) {
  const auto whole = unsigned_part(numeral);
  auto rest = after_digits(whole);
  auto digits = whole.size() - rest.size();
  if (!rest.empty() && rest[0] == '.') {
    const auto fraction = rest.substr(1);
    rest = after_digits(fraction);
    digits += fraction.size() - rest.size();
  }
  return digits > 0 && is_exponent(rest);
}

double value(const std::string& decimal) {
  const auto begin = decimal.data() + (decimal[0] == '+' ? 1 : 0);
  double number = 0;
  const auto read = std::from_chars(begin, decimal.data() + decimal.size(), number);
  // from_chars does not say whether it was too large or too small.
  return read.ec == std::errc::result_out_of_range ? std::strtod(begin, nullptr) : number;
}

bool is_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
         });
}

bool is_number_word(std::string_view text) {
  return is_word(text, "nan") || is_word(text, "inf") || is_word(text, "-inf");
}

CellType text_type(std::string_view text) {
  if (text == "True" || text == "False") return CellType::boolean;
  if (!may_be_number(text)) return CellType::text;
  if (is_number_word(text)) return CellType::real;
  const auto number = numeral(text);
  if (is_integer(number)) return CellType::integer;
  return is_decimal(number) && std::isfinite(value(number)) ? CellType::real : CellType::text;
}

}  // namespace

CellType cell_type(const Cell& cell) {
  return cell ? text_type(*cell) : CellType::none;
}

std::string real_text(std::string_view cell) {
  if (cell == "True") return "1";
  if (cell == "False") return "0";
  if (is_word(cell, "nan")) return "nan";
  if (is_word(cell, "inf")) return "inf";
  if (is_word(cell, "-inf")) return "-inf";
  return fmt::format("{:g}", value(numeral(cell)));
}

}  // namespace det::formatting
