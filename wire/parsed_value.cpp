#include "wire/parsed_value.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "wire/tree.hpp"

namespace det::wire {
namespace {

namespace ondemand = simdjson::ondemand;

// simdjson 3.0 takes a number of more than 19 digits for another one, 0.0 for one, and calls that success:
// only that it is a number is believed of it.
double exact(double read, std::string_view token) {
  constexpr std::size_t surely_right = 19;
  token = token.substr(0, token.find_last_of("0123456789") + 1);  // blanks may follow
  if (token.size() <= surely_right) return read;
  double value = 0;
  const auto parsed = std::from_chars(token.data(), token.data() + token.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) return read;
  return value;
}

Scalar number_scalar(ondemand::value value) {
  const std::string_view token = value.raw_json_token();
  ondemand::number number;
  if (value.get_number().get(number) != simdjson::SUCCESS) return exact(value.get_double().value(), token);
  switch (number.get_number_type()) {
    case ondemand::number_type::signed_integer:
      return number.get_int64();
    case ondemand::number_type::unsigned_integer:
      return number.get_uint64();
    default:
      return exact(number.get_double(), token);
  }
}

struct ToJson {
  model::Json operator()(std::string_view text) const { return std::string(text); }
  model::Json operator()(Composite) const { return nullptr; }
  template <typename Value>
  model::Json operator()(Value value) const {
    return value;
  }
};

// Builds one tree, within its limits.
class TreeBuilder {
 public:
  explicit TreeBuilder(const Place& place) : place_(place) {}

  model::Json at(ondemand::value value, int depth) {
    if (depth > deepest_tree) invalid(place_, "nests too deep");
    if (++nodes_ > largest_tree) invalid(place_, "holds too many values");
    const ondemand::json_type type = value.type();
    if (type == ondemand::json_type::object) return object(value, depth);
    if (type != ondemand::json_type::array) return std::visit(ToJson(), scalar(value));
    model::Json list = model::Json::array();
    for (ondemand::value element : value.get_array()) list.push_back(at(element, depth + 1));
    return list;
  }

 private:
  model::Json object(ondemand::value value, int depth) {
    model::Json object = model::Json::object();
    auto& members = object.get_ref<model::Json::object_t&>();
    for (ondemand::field field : value.get_object()) {
      std::string key(std::string_view(field.unescaped_key()));
      members.emplace_back(std::move(key), at(field.value(), depth + 1));
    }
    return object;
  }

  const Place& place_;
  int nodes_ = 0;
};

}  // namespace

simdjson::padded_string_view padded(const PaddedText& text) {
  static_assert(PaddedText::padding >= simdjson::SIMDJSON_PADDING);
  return simdjson::padded_string_view(text.view(), text.size() + PaddedText::padding);
}

bool at_end(ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

std::string_view raw_object(ondemand::value value) {
  ondemand::object object = value.get_object();
  return object.raw_json();
}

Scalar scalar(ondemand::value value) {
  switch (ondemand::json_type(value.type())) {
    case ondemand::json_type::string:
      return std::string_view(value.get_string());
    case ondemand::json_type::number:
      return number_scalar(value);
    case ondemand::json_type::boolean:
      return bool(value.get_bool());
    case ondemand::json_type::null:
      if (!value.is_null()) throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
      return nullptr;
    default:
      return Composite();
  }
}

model::Json tree(ondemand::value value, const Place& place) {
  return TreeBuilder(place).at(value, 1);
}

}  // namespace det::wire
