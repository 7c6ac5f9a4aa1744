#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.hpp"
#include "model/record.hpp"
#include "model/time.hpp"

namespace det::wire {

// One object of a request to a master, read field by field as its gateway does: names in camelCase or
// snake_case, null for absent, numbers as such or as strings. A field of a wrong type, or one that is
// required and absent, throws Error{usage} that names it. Refers to the tree.
class RequestFields {
 public:
  // Throws Error{usage} when the tree is no object. `name` is the object's own, for messages.
  RequestFields(const model::Json& tree, std::string_view name);

  // Whether there is such a field, be it null.
  bool names(std::string_view key) const { return found(key) != nullptr; }
  std::optional<std::string> text(std::string_view key) const;
  std::string text_or_empty(std::string_view key) const { return text(key).value_or(""); }
  std::string required_text(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;
  std::int64_t required_integer(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  bool flag(std::string_view key) const;  // false when absent
  std::optional<model::Time> time(std::string_view key) const;
  std::optional<std::vector<std::string>> texts(std::string_view key) const;
  // Compact JSON text of an object; absent when the field is.
  std::optional<model::Document> object_document(std::string_view key) const;
  // Null when absent.
  const model::Json* object(std::string_view key) const;
  const model::Json* list(std::string_view key) const;

 private:
  const model::Json* found(std::string_view key) const;
  const model::Json* field(std::string_view key) const;
  [[noreturn]] void refuse(std::string_view key, std::string_view complaint) const;

  const model::Json& tree_;
  std::string name_;
};

// The body of a request; an empty one is an empty object. Throws Error{usage}.
model::Json parse_request(std::string_view body);

// A number, or a text that is one, within 64 bits; absent for anything else.
std::optional<std::int64_t> whole_number(const model::Json& value);

// Compact JSON text.
model::Document document_of(const model::Json& tree);

}  // namespace det::wire
