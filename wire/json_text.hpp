#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/record.hpp"
#include "model/time.hpp"

namespace det::wire {

// JSON text of one object, written field by field, in the conventions of proto3's JSON mapping: what a
// gateway of a master sends. Each of these returns the writer, so that fields read as a list.
class ObjectText {
 public:
  ObjectText& text(std::string_view key, std::string_view value);
  ObjectText& optional_text(std::string_view key, std::string_view value);  // null when empty
  ObjectText& integer(std::string_view key, std::int64_t value);
  ObjectText& int64(std::string_view key, std::int64_t value);  // as a string
  ObjectText& number(std::string_view key, double value);       // NaN and infinities as strings
  ObjectText& flag(std::string_view key, bool value);
  ObjectText& time(std::string_view key, model::Time value);
  ObjectText& null(std::string_view key);
  // JSON text as it is.
  ObjectText& document(std::string_view key, std::string_view json);

  // "{...}"; the writer is done then.
  std::string finish();

 private:
  void begin(std::string_view key);

  std::string json_ = "{";
};

// A JSON string, with what is no UTF-8 replaced.
std::string string_text(std::string_view text);

// RFC 3339 in UTC with 6 digits of fractions: "2026-11-20T23:56:48.565190Z".
std::string time_text(model::Time time);

// "[a,b]" of JSON texts.
template <typename Range, typename Encode>
std::string array_text(const Range& range, const Encode& encode) {
  std::string json = "[";
  for (const auto& element : range) {
    if (json.size() > 1) json += ',';
    json += encode(element);
  }
  return json + ']';
}

}  // namespace det::wire
