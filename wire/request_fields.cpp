#include "wire/request_fields.hpp"

#include <cmath>

#include "model/error.hpp"
#include "model/number.hpp"
#include "wire/time.hpp"
#include "wire/tree.hpp"

namespace det::wire {
namespace {

std::string snake_case(std::string_view camel) {
  std::string name;
  for (const char letter : camel) {
    const bool capital = letter >= 'A' && letter <= 'Z';
    if (capital) name += '_';
    name += capital ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return name;
}

std::optional<double> real(const model::Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text == "Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  if (text == "NaN" || text == "Nan") return std::nan("");
  return model::number<double>(text);
}

}  // namespace

std::optional<std::int64_t> whole_number(const model::Json& value) {
  if (value.is_string()) return model::number<std::int64_t>(value.get_ref<const std::string&>());
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    return number > INT64_MAX ? std::nullopt : std::optional(static_cast<std::int64_t>(number));
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  constexpr double too_large = 9.2e18;
  const double number = value.get<double>();
  if (std::trunc(number) != number || std::fabs(number) > too_large) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

RequestFields::RequestFields(const model::Json& tree, std::string_view name) : tree_(tree), name_(name) {
  if (!tree.is_object()) throw Error(Failure::usage, name_ + " is not an object");
}

std::optional<std::string> RequestFields::text(std::string_view key) const {
  const auto* value = field(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(key, "is not a string");
  return value->get<std::string>();
}

std::string RequestFields::required_text(std::string_view key) const {
  const auto value = text(key);
  if (!value || value->empty()) refuse(key, "is missing");
  return *value;
}

std::optional<std::int64_t> RequestFields::integer(std::string_view key) const {
  const auto* value = field(key);
  if (value == nullptr) return std::nullopt;
  const auto number = whole_number(*value);
  if (!number) refuse(key, "is not a whole number");
  return number;
}

std::int64_t RequestFields::required_integer(std::string_view key) const {
  const auto value = integer(key);
  if (!value) refuse(key, "is missing");
  return *value;
}

std::optional<double> RequestFields::number(std::string_view key) const {
  const auto* value = field(key);
  if (value == nullptr) return std::nullopt;
  const auto found = real(*value);
  if (!found) refuse(key, "is not a number");
  return found;
}

bool RequestFields::flag(std::string_view key) const {
  const auto* value = field(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) refuse(key, "is neither true nor false");
  return value->get<bool>();
}

std::optional<model::Time> RequestFields::time(std::string_view key) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto time = parse_time(*value);
  if (!time) refuse(key, "is not a time");
  return time;
}

std::optional<std::vector<std::string>> RequestFields::texts(std::string_view key) const {
  const auto* values = list(key);
  if (values == nullptr) return std::nullopt;
  std::vector<std::string> found;
  for (const auto& value : *values) {
    if (!value.is_string()) refuse(key, "holds something that is not a string");
    found.push_back(value.get<std::string>());
  }
  return found;
}

std::optional<model::Document> RequestFields::object_document(std::string_view key) const {
  const auto* value = object(key);
  return value == nullptr ? std::nullopt : std::optional(document_of(*value));
}

const model::Json* RequestFields::object(std::string_view key) const {
  const auto* value = field(key);
  if (value != nullptr && !value->is_object()) refuse(key, "is not an object");
  return value;
}

const model::Json* RequestFields::list(std::string_view key) const {
  const auto* value = field(key);
  if (value != nullptr && !value->is_array()) refuse(key, "is not a list");
  return value;
}

const model::Json* RequestFields::found(std::string_view key) const {
  auto found = tree_.find(std::string(key));
  if (found == tree_.end()) found = tree_.find(snake_case(key));
  return found == tree_.end() ? nullptr : &*found;
}

const model::Json* RequestFields::field(std::string_view key) const {
  const auto* value = found(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void RequestFields::refuse(std::string_view key, std::string_view complaint) const {
  throw Error(Failure::usage, name_ + "." + std::string(key) + " " + std::string(complaint));
}

model::Json parse_request(std::string_view body) {
  constexpr std::string_view blanks = " \t\r\n";
  if (body.find_first_not_of(blanks) == std::string_view::npos) return model::Json::object();
  try {
    return parse_tree(body);
  } catch (const Error&) {
    throw Error(Failure::usage, "the request's body is no valid JSON object");
  }
}

model::Document document_of(const model::Json& tree) {
  return tree.dump(-1, ' ', false, model::Json::error_handler_t::replace);
}

}  // namespace det::wire
