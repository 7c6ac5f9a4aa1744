#include "formatting/record_json.hpp"

#include <algorithm>
#include <cstdint>

#include "formatting/values.hpp"

namespace det::formatting {
namespace {

bool is_number(const std::string& id) {
  constexpr std::size_t most_digits = 18;  // any such number fits in 64 bits
  const bool digits =
      std::all_of(id.begin(), id.end(), [](char letter) { return letter >= '0' && letter <= '9'; });
  return digits && !id.empty() && id.size() <= most_digits && (id[0] != '0' || id.size() == 1);
}

}  // namespace

model::Json id_json(const std::string& id) {
  if (is_number(id)) return static_cast<std::int64_t>(std::stoll(id));
  return name_json(id);
}

model::Json name_json(const std::string& name) {
  return name.empty() ? model::Json() : model::Json(name);
}

model::Json time_json(const std::optional<model::Time>& time) {
  return time ? model::Json(json_time(*time)) : model::Json();
}

model::Json measure_json(const std::optional<double>& measure) {
  return measure ? model::Json(*measure) : model::Json();
}

model::Json object_json(const model::Json& tree) {
  return tree.is_object() ? tree : model::Json::object();
}

}  // namespace det::formatting
