#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.hpp"
#include "model/time.hpp"
#include "wire/place.hpp"
#include "wire/scalar.hpp"

namespace det::wire {

// One object of an answer, read field by field. A field that is null counts as absent. Fields that are absent
// though required, or are of a wrong type, throw Error{master} that names them. Refers to the tree and the
// place.
class Object {
 public:
  // Throws Error{master} when the tree is no object.
  Object(const model::Json& tree, const Place& place);

  std::string text(std::string_view key) const;           // required
  std::string text_or_empty(std::string_view key) const;  // empty when absent
  std::optional<std::string> optional_text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;  // empty when absent
  std::string id(std::string_view key) const;                  // required, and not 0
  std::string id_or_empty(std::string_view key) const;         // empty when absent or 0
  std::vector<std::string> ids(std::string_view key) const;    // empty when absent
  std::int64_t integer(std::string_view key) const;            // required
  std::optional<std::int64_t> optional_integer(std::string_view key) const;
  std::uint64_t size(std::string_view key) const;  // required
  std::optional<double> optional_number(std::string_view key) const;
  std::optional<bool> optional_flag(std::string_view key) const;
  std::optional<model::Time> optional_time(std::string_view key) const;
  // An object, or null when absent.
  const model::Json& tree(std::string_view key) const;

  // The field; null when absent.
  const model::Json& field(std::string_view key) const;
  // Where the field stands; refers to `key`.
  Place at(std::string_view key) const { return {key, &place_}; }

 private:
  const model::Json& required(std::string_view key) const;
  const model::Json& list(std::string_view key) const;

  const model::Json& tree_;
  Place place_;
};

Scalar scalar(const model::Json& value);

}  // namespace det::wire
