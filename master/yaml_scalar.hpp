#pragma once

#include <string>

#include "model/json.hpp"

namespace det::master {

// What a plain scalar of YAML 1.1 stands for: null, a boolean, a number, or the string itself.
model::Json yaml_scalar(const std::string& text);

}  // namespace det::master
