#include "formatting/yaml_plain.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace det::formatting {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view digits_and_dashes = "0123456789_";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// What is left of a text that is read from its beginning.
class Rest final {
 public:
  explicit Rest(std::string_view text) : text_(text) {}

  bool skip_one(std::string_view letters) {
    const bool there = !text_.empty() && letters.find(text_.front()) != std::string_view::npos;
    if (there) text_.remove_prefix(1);
    return there;
  }
  // Returns how many.
  std::size_t skip_all(std::string_view letters, std::size_t at_most = std::string_view::npos) {
    const auto count = std::min({text_.find_first_not_of(letters), text_.size(), at_most});
    text_.remove_prefix(count);
    return count;
  }
  bool skip(std::string_view word) {
    const bool there = text_.starts_with(word);
    if (there) text_.remove_prefix(word.size());
    return there;
  }
  bool at_end() const { return text_.empty(); }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

bool is_all(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_whole_number(std::string_view text) {
  Rest rest(text);
  rest.skip_one("-+");
  if (is_all(rest.text(), digits_and_dashes)) return true;
  if (rest.skip("0b")) return is_all(rest.text(), "01_");
  if (rest.skip("0o")) return is_all(rest.text(), "01234567_");
  return rest.skip("0x") && is_all(rest.text(), "0123456789abcdefABCDEF_");
}

bool is_exponent(Rest rest, bool needs_sign) {
  if (!rest.skip_one("eE")) return false;
  if (!rest.skip_one("-+") && needs_sign) return false;
  return is_all(rest.text(), digits);
}

bool is_float(std::string_view text) {
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return true;
  Rest rest(text);
  rest.skip_one("-+");
  if (is_one_of(rest.text(), {".inf", ".Inf", ".INF"})) return true;
  if (rest.skip_one(digits)) {
    rest.skip_all(digits_and_dashes);
    if (!rest.skip_one(".")) return is_exponent(rest, false);
    rest.skip_all(digits_and_dashes);
    return rest.at_end() || is_exponent(rest, false);
  }
  if (!rest.skip_one(".") || rest.skip_all(digits_and_dashes) == 0) return false;
  return rest.at_end() || is_exponent(rest, true);
}

bool skip_number(Rest& rest, std::size_t least, std::size_t most) {
  return rest.skip_all(digits, most) >= least;
}

bool is_zone(Rest rest) {
  rest.skip_all(" \t");
  if (rest.at_end() || rest.text() == "Z") return true;
  if (!rest.skip_one("-+") || !skip_number(rest, 1, 2)) return false;
  return rest.at_end() || (rest.skip_one(":") && skip_number(rest, 2, 2) && rest.at_end());
}

bool is_time(std::string_view text) {
  Rest rest(text);
  if (!skip_number(rest, 4, 4) || !rest.skip_one("-") || !skip_number(rest, 1, 2)) return false;
  if (!rest.skip_one("-") || !skip_number(rest, 1, 2)) return false;
  if (rest.at_end()) return text.size() == std::string_view("2026-01-02").size();
  if (!rest.skip_one("Tt") && rest.skip_all(" \t") == 0) return false;
  if (!skip_number(rest, 1, 2)) return false;
  for (int part = 0; part < 2; ++part) {
    if (!rest.skip_one(":") || !skip_number(rest, 2, 2)) return false;
  }
  if (rest.skip_one(".")) rest.skip_all(digits);
  return is_zone(rest);
}

}  // namespace

bool reads_as_other_than_text(std::string_view text) {
  const bool is_word = is_one_of(
      text, {"", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "=", "<<"});
  if (is_word) return true;
  if (text.find_first_of("-+0123456789.") != 0) return false;
  return is_whole_number(text) || is_float(text) || is_time(text);
}

}  // namespace det::formatting
