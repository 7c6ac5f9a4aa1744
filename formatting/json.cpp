#include "formatting/json.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "formatting/unicode.hpp"
#include "model/error.hpp"

namespace det::formatting {
namespace {

using model::Json;

constexpr int deepest = 1000;
constexpr char32_t replacement = 0xfffd;

void append_unit(std::string& text, char32_t unit) {
  fmt::format_to(std::back_inserter(text), "\\u{:04x}", static_cast<unsigned>(unit));
}

void append_beyond_ascii(std::string& text, char32_t value) {
  if (value < 0x10000) {
    append_unit(text, value);
    return;
  }
  append_unit(text, 0xd800 + ((value - 0x10000) >> 10));
  append_unit(text, 0xdc00 + ((value - 0x10000) & 0x3ff));
}

void append_letter(std::string& text, char letter) {
  constexpr std::string_view special = "\"\\\n\r\t\f\b";
  constexpr std::string_view names = "\"\\nrtfb";
  if (letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\') {
    text += letter;
  } else if (const auto found = special.find(letter); found != std::string_view::npos) {
    text += {'\\', names[found]};
  } else {
    append_unit(text, static_cast<unsigned char>(letter));
  }
}

void append_string(std::string& text, std::string_view value) {
  text += '"';
  for (std::size_t at = 0; at < value.size();) {
    const auto here = code_point(value, at);
    if (!here.valid) {
      append_unit(text, replacement);
    } else if (here.value < 0x80) {
      append_letter(text, value[at]);
    } else {
      append_beyond_ascii(text, here.value);
    }
    at += here.bytes;
  }
  text += '"';
}

std::string number_text(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return float_text(value);
}

class Writer final {
 public:
  explicit Writer(const JsonStyle& style) : style_(style), depth_(style.depth) {}

  void append(const Json& value) {
    switch (value.type()) {
      case Json::value_t::object:
        return append_object(value);
      case Json::value_t::array:
        return append_array(value);
      case Json::value_t::string:
        return append_string(text_, value.get_ref<const std::string&>());
      case Json::value_t::number_float:
        text_ += number_text(value.get<double>());
        return;
      default:
        text_ += value.dump();
    }
  }

  std::string text() && { return std::move(text_); }

 private:
  void append_array(const Json& array) {
    open('[');
    for (const auto& element : array) {
      next_item(&element == &array.front());
      append(element);
    }
    close(']', array.empty());
  }

  void append_object(const Json& object) {
    using Member = std::pair<const std::string*, const Json*>;
    std::vector<Member> members;
    members.reserve(object.size());
    for (const auto& [key, value] : object.get_ref<const Json::object_t&>())
      members.emplace_back(&key, &value);
    if (style_.sort_keys) {
      // Bytes of UTF-8 have the order of code points.
      std::stable_sort(members.begin(), members.end(),
                       [](const Member& a, const Member& b) { return *a.first < *b.first; });
    }
    open('{');
    for (const auto& member : members) {
      next_item(&member == &members.front());
      append_string(text_, *member.first);
      text_ += ": ";
      append(*member.second);
    }
    close('}', members.empty());
  }

  void open(char bracket) {
    if (++depth_ - style_.depth > deepest) {
      throw Error(Failure::master, fmt::format("the answer is nested more than {} levels deep", deepest));
    }
    text_ += bracket;
  }

  void close(char bracket, bool empty) {
    --depth_;
    if (!empty) new_line();
    text_ += bracket;
  }

  void next_item(bool is_first) {
    if (!is_first) text_ += style_.indent < 0 ? ", " : ",";
    new_line();
  }

  void new_line() {
    if (style_.indent < 0) return;
    text_ += '\n';
    text_.append(static_cast<std::size_t>(style_.indent) * static_cast<std::size_t>(depth_), ' ');
  }

  const JsonStyle style_;
  int depth_;
  std::string text_;
};

}  // namespace

std::string json_text(const Json& value, const JsonStyle& style) {
  Writer writer(style);
  writer.append(value);
  return std::move(writer).text();
}

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  auto text = fmt::format("{}", value);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

}  // namespace det::formatting
