#include "wire/object.hpp"

namespace det::wire {
namespace {

const model::Json& absent() {
  static const model::Json null;
  return null;
}

}  // namespace

Scalar scalar(const model::Json& value) {
  switch (value.type()) {
    case model::Json::value_t::null:
      return nullptr;
    case model::Json::value_t::boolean:
      return value.get<bool>();
    case model::Json::value_t::string:
      return std::string_view(value.get_ref<const std::string&>());
    case model::Json::value_t::number_integer:
      return value.get<std::int64_t>();
    case model::Json::value_t::number_unsigned: {
      const auto number = value.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(INT64_MAX)) return number;
      return static_cast<std::int64_t>(number);
    }
    case model::Json::value_t::number_float:
      return value.get<double>();
    default:
      return Composite();
  }
}

Object::Object(const model::Json& tree, const Place& place) : tree_(tree), place_(place) {
  if (tree.is_null()) invalid(place, "is missing");
  if (!tree.is_object()) invalid(place, "is not an object");
}

const model::Json& Object::field(std::string_view key) const {
  const auto found = tree_.find(key);
  return found == tree_.end() ? absent() : *found;
}

const model::Json& Object::required(std::string_view key) const {
  const model::Json& found = field(key);
  if (found.is_null()) invalid(at(key), "is missing");
  return found;
}

const model::Json& Object::list(std::string_view key) const {
  const model::Json& found = field(key);
  if (!found.is_null() && !found.is_array()) invalid(at(key), "is not a list");
  return found;
}

std::string Object::text(std::string_view key) const {
  return wire::text(scalar(required(key)), at(key));
}

std::string Object::text_or_empty(std::string_view key) const {
  return optional_text(key).value_or(std::string());
}

std::optional<std::string> Object::optional_text(std::string_view key) const {
  const model::Json& found = field(key);
  if (found.is_null()) return std::nullopt;
  return wire::text(scalar(found), at(key));
}

std::vector<std::string> Object::texts(std::string_view key) const {
  std::vector<std::string> all;
  for (const model::Json& element : list(key)) {
    all.push_back(wire::text(scalar(element), Place{key, &place_, all.size()}));
  }
  return all;
}

std::string Object::id(std::string_view key) const {
  std::string found = wire::id(scalar(required(key)), at(key));
  if (found.empty()) invalid(at(key), "is missing");
  return found;
}

std::string Object::id_or_empty(std::string_view key) const {
  const model::Json& found = field(key);
  return found.is_null() ? std::string() : wire::id(scalar(found), at(key));
}

std::vector<std::string> Object::ids(std::string_view key) const {
  std::vector<std::string> all;
  for (const model::Json& element : list(key)) {
    all.push_back(wire::id(scalar(element), Place{key, &place_, all.size()}));
  }
  return all;
}

std::int64_t Object::integer(std::string_view key) const {
  return wire::integer(scalar(required(key)), at(key));
}

std::optional<std::int64_t> Object::optional_integer(std::string_view key) const {
  const model::Json& found = field(key);
  if (found.is_null()) return std::nullopt;
  return wire::integer(scalar(found), at(key));
}

std::uint64_t Object::size(std::string_view key) const {
  return wire::size(scalar(required(key)), at(key));
}

std::optional<double> Object::optional_number(std::string_view key) const {
  const model::Json& found = field(key);
  if (found.is_null()) return std::nullopt;
  return wire::number(scalar(found), at(key));
}

std::optional<bool> Object::optional_flag(std::string_view key) const {
  const model::Json& found = field(key);
  if (found.is_null()) return std::nullopt;
  return wire::flag(scalar(found), at(key));
}

std::optional<model::Time> Object::optional_time(std::string_view key) const {
  const model::Json& found = field(key);
  if (found.is_null()) return std::nullopt;
  return wire::time(scalar(found), at(key));
}

const model::Json& Object::tree(std::string_view key) const {
  const model::Json& found = field(key);
  if (!found.is_null() && !found.is_object()) invalid(at(key), "is not an object");
  return found;
}

}  // namespace det::wire
