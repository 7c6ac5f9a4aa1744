#pragma once

#include "model/json.hpp"
#include "model/workload.hpp"
#include "wire/place.hpp"

namespace det::wire {

// One element of a list: an object with one of the keys `training`, `validation` and `checkpoint`. Throws
// Error{master} for everything else.
model::Workload decode_workload(const model::Json& tree, const Place& place);

}  // namespace det::wire
