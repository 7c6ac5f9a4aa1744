#pragma once

#include "model/json.hpp"
#include "model/trial.hpp"
#include "wire/place.hpp"

namespace det::wire {

// One element of a list, or `trial` of a single answer. Throws Error{master} for everything that is no trial.
model::Trial decode_trial(const model::Json& tree, const Place& place);

}  // namespace det::wire
