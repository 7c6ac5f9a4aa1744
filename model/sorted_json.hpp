#pragma once

#include <nlohmann/json.hpp>

namespace det::model {

// A tree whose keys are sorted, so that one of many is found at once; Json keeps their order instead.
using SortedJson = nlohmann::json;

}  // namespace det::model
