#include "formatting/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "formatting/json.hpp"
#include "formatting/unicode.hpp"
#include "formatting/values.hpp"
#include "formatting/yaml_plain.hpp"
#include "model/error.hpp"

namespace det::formatting {
namespace {

using model::Json;

constexpr int deepest = 1000;
constexpr std::size_t width = 80;
// A longer key stands behind "? " on a line of its own. ruamel.yaml's bound is 128, of which it takes 5 for a
// tag.
constexpr std::size_t longest_simple_key = 122;
constexpr char32_t replacement = 0xfffd;
constexpr auto npos = std::u32string_view::npos;

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const auto here = code_point(text, at);
    points += here.valid ? here.value : replacement;
    at += here.bytes;
  }
  return points;
}

// What only double quotes can hold.
bool is_special(char32_t letter) {
  if (letter >= ' ' && letter <= '~') return false;
  if (letter < 0x80) return true;
  std::string one;
  append_utf8(one, letter);
  return letter == 0xfffe || letter == 0xffff || terminal_safe(one) != one;
}

bool is_blank_or_break(char32_t letter) {
  return letter == ' ' || letter == '\n';
}

// Whether a text may stand without quotes, by its letters.
bool is_plain(std::u32string_view text) {
  if (std::any_of(text.begin(), text.end(), is_special)) return false;  // a line break is special, too
  if (text.front() == ' ' || text.back() == ' ') return false;
  if (text.starts_with(U"---") || text.starts_with(U"...")) return false;
  const bool first_stands_alone = text.size() == 1 || text[1] == ' ';
  if (std::u32string_view(U"#,[]{}&*!|>'\"%@`").find(text[0]) != npos) return false;
  if (std::u32string_view(U"?:-").find(text[0]) != npos && first_stands_alone) return false;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == ':' && (at + 1 == text.size() || text[at + 1] == ' ')) return false;
    if (text[at] == '#' && text[at - 1] == ' ') return false;
  }
  return true;
}

std::string escaped(char32_t letter) {
  constexpr std::u32string_view special = U"\a\b\t\n\v\f\r\x1b\"\\\u0085\u2028\u2029";
  constexpr std::string_view names = "abtnvfre\"\\NLP";
  if (letter == 0) return "\\0";
  if (const auto found = special.find(letter); found != npos) return {'\\', names[found]};
  const auto value = static_cast<unsigned>(letter);
  if (value <= 0xff) return fmt::format("\\x{:02X}", value);
  return value <= 0xffff ? fmt::format("\\u{:04X}", value) : fmt::format("\\U{:08X}", value);
}

// A line that is full goes on in the next one.
enum class Folding { none, allowed };

class Writer final {
 public:
  void document(const Json& tree) {
    item(tree, -2);
    new_line(0);
  }

  std::string text() && { return std::move(text_); }

 private:
  static bool is_block(const Json& value) { return value.is_structured() && !value.empty(); }

  // Behind "- ", "? " or ": " in column `indent`: its content begins in this line.
  void item(const Json& value, int indent) {
    if (!is_block(value)) return scalar(value, indent + 2);
    const Level level(*this);
    value.is_object() ? mapping(value, indent + 2) : sequence(value, indent + 2);
  }

  // Behind the "KEY:" of a mapping in column `indent`. A sequence is not indented further.
  void member(const Json& value, int indent) {
    if (!is_block(value)) {
      put(" ");
      return scalar(value, indent + 2);
    }
    const Level level(*this);
    const int inner = value.is_object() ? indent + 2 : indent;
    new_line(inner);
    value.is_object() ? mapping(value, inner) : sequence(value, inner);
  }

  void sequence(const Json& array, int indent) {
    for (const auto& element : array) {
      if (&element != &array.front()) new_line(indent);
      put("- ");
      item(element, indent);
    }
  }

  void mapping(const Json& object, int indent) {
    std::vector<std::pair<std::string_view, const Json*>> members;
    for (const auto& [key, value] : object.get_ref<const Json::object_t&>())
      members.emplace_back(key, &value);
    // Bytes of UTF-8 have the order of code points.
    std::stable_sort(members.begin(), members.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    bool is_first = true;
    for (const auto& [key, value] : members) {
      if (!std::exchange(is_first, false)) new_line(indent);
      const auto letters = code_points(key);
      if (letters.size() <= longest_simple_key && letters.find('\n') == npos) {
        words(letters, indent, Folding::none);
        put(":");
        member(*value, indent);
      } else {
        put("? ");
        words(letters, indent + 2, Folding::allowed);
        new_line(indent);
        put(": ");
        item(*value, indent);
      }
    }
  }

  void scalar(const Json& value, int indent) {
    if (value.is_string())
      return words(code_points(value.get_ref<const std::string&>()), indent, Folding::allowed);
    if (value.is_object()) return put("{}");
    if (value.is_array()) return put("[]");
    const auto text = value.is_number_float() ? number_text(value.get<double>()) : value.dump();
    plain(code_points(text), indent, Folding::allowed);
  }

  static std::string number_text(double value) {
    if (std::isnan(value)) return ".nan";
    if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
    return float_text(value);
  }

  void words(std::u32string_view text, int indent, Folding folding) {
    std::string bytes;
    for (const char32_t letter : text) append_utf8(bytes, letter);
    if (!reads_as_other_than_text(bytes) && is_plain(text)) return plain(text, indent, folding);
    const bool is_single = text.find('\'') == npos && std::none_of(text.begin(), text.end(), is_special);
    is_single ? single_quoted(text, indent, folding) : double_quoted(text, indent, folding);
  }

  // Blanks divide words; a single one may become the end of a line.
  void plain(std::u32string_view text, int indent, Folding folding) {
    while (!text.empty()) {
      const auto word = text.substr(0, text.find(' '));
      text.remove_prefix(word.size());
      const bool is_too_long = column_ + word.size() > width && column_ > static_cast<std::size_t>(indent);
      if (folding == Folding::allowed && is_too_long) new_line(indent);
      put(word);
      const auto blanks = text.substr(0, text.find_first_not_of(' '));
      text.remove_prefix(blanks.size());
      const bool ends_line = blanks.size() == 1 && column_ >= width && folding == Folding::allowed;
      ends_line ? new_line(indent) : put(blanks);
    }
  }

  void single_quoted(std::u32string_view text, int indent, Folding folding) {
    put("'");
    bool is_first = true;
    while (!text.empty()) {
      const auto word = text.substr(0, text.find(' '));
      text.remove_prefix(word.size());
      put(word);
      const auto blanks = text.substr(0, text.find_first_not_of(' '));
      text.remove_prefix(blanks.size());
      const bool is_inside = !(is_first && word.empty()) && !text.empty();
      const bool ends_line =
          blanks.size() == 1 && column_ > width && is_inside && folding == Folding::allowed;
      ends_line ? new_line(indent) : put(blanks);
      is_first = false;
    }
    put("'");
  }

  void double_quoted(std::u32string_view text, int indent, Folding folding) {
    put("\"");
    std::size_t begin = 0;  // of what is not yet written
    for (std::size_t at = 0; at < text.size(); ++at) {
      const char32_t letter = text[at];
      if (letter == '"' || letter == '\\' || is_special(letter)) {
        put(text.substr(begin, at - begin));
        put(escaped(letter));
        begin = at + 1;
      }
      const bool is_inside = at > 0 && at + 1 < text.size();
      const bool is_full = column_ + at > width + begin;
      if (is_inside && (letter == ' ' || begin >= at) && is_full && folding == Folding::allowed)
        begin = fold(text, begin, at, indent);
    }
    put(text.substr(begin));
    put("\"");
  }

  // Ends a line of double-quoted text before text[at]; returns where the next one begins. A blank is the end
  // of a line by itself, or stands behind a backslash where what follows must not be mistaken.
  std::size_t fold(std::u32string_view text, std::size_t begin, std::size_t at, int indent) {
    const bool needs_backslash = !ends_at_blank(text, begin, at);
    if (begin < at) put(text.substr(begin, at - begin));
    if (needs_backslash) put("\\");
    new_line(indent);
    std::size_t next = std::max(begin, at);
    if (next < text.size() && text[next] == ' ') {
      if (needs_backslash) {
        put("\\");
      } else {
        ++next;
      }
    }
    return next;
  }

  static bool ends_at_blank(std::u32string_view text, std::size_t begin, std::size_t at) {
    const auto blank = text.find(' ', at);
    if (blank == npos || text.find('\n', at) < blank) return false;
    if (blank + 1 >= text.size() || is_blank_or_break(text[blank + 1])) return false;
    const auto ahead = text.substr(at, blank - at);
    if (ahead.find_first_of(U"'\"") != npos) return false;
    return !(text[at - 1] == ' ' && text[at] == ' ') && begin != at;
  }

  void put(std::string_view ascii) {
    text_ += ascii;
    column_ += ascii.size();
  }
  void put(std::u32string_view letters) {
    for (const char32_t letter : letters) append_utf8(text_, letter);
    column_ += letters.size();
  }
  void new_line(int indent) {
    text_ += '\n';
    column_ = static_cast<std::size_t>(indent);
    text_.append(column_, ' ');
  }

  // One level of the tree, as long as it lives.
  class Level final {
   public:
    explicit Level(Writer& writer) : writer_(writer) {
      if (++writer_.depth_ > deepest)
        throw Error(Failure::master, fmt::format("the answer is nested more than {} levels deep", deepest));
    }
    ~Level() { --writer_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Writer& writer_;
  };

  std::string text_;
  std::size_t column_ = 0;
  int depth_ = 0;
};

}  // namespace

std::string yaml_text(const Json& tree) {
  Writer writer;
  writer.document(tree);
  return std::move(writer).text();
}

}  // namespace det::formatting
