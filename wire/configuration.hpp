#pragma once

#include "model/experiment.hpp"
#include "model/json.hpp"
#include "wire/place.hpp"

namespace det::wire {

// What checkpoints need of an experiment's configuration (`config`, `experimentConfig`). Sections and fields
// that an old configuration lacks stay at their documented defaults; wrong types throw Error{master}.
model::ExperimentConfiguration decode_configuration(const model::Json& config, const Place& place);

}  // namespace det::wire
