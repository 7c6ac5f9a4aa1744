#pragma once

#include <optional>
#include <string>

#include "model/json.hpp"
#include "model/time.hpp"

namespace det::formatting {

// The parts that the --json objects of all records are made of.

// A number when the id is one as it stands (digits without a leading zero, no more than 18), else a string;
// null when empty.
model::Json id_json(const std::string& id);

// Null when empty.
model::Json name_json(const std::string& name);

// RFC 3339 UTC; null when absent.
model::Json time_json(const std::optional<model::Time>& time);

// A number, or null; json_text writes what JSON numbers cannot say as strings.
model::Json measure_json(const std::optional<double>& measure);

// A tree that is an object, else an empty object.
model::Json object_json(const model::Json& tree);

}  // namespace det::formatting
