#pragma once

#include <nlohmann/json.hpp>

namespace det::model {

// An arbitrary tree as the user's code reported it: metadata, hyperparameters, metrics, configurations. Keys
// keep their order. NaN and infinities are the strings "NaN", "Infinity", "-Infinity", as a master sends
// them.
using Json = nlohmann::ordered_json;

}  // namespace det::model
