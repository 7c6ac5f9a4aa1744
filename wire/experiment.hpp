#pragma once

#include "model/experiment.hpp"
#include "model/json.hpp"
#include "wire/place.hpp"

namespace det::wire {

// One element of a list, or `experiment` of a single answer. The searcher is read from the configuration: a
// single answer leaves `searcherMetric` empty and puts quotes into `searcherType`. Throws Error{master} for
// everything that is no experiment.
model::Experiment decode_experiment(const model::Json& tree, const Place& place);

// The experiment of a single answer: {"experiment": ...}.
model::Experiment decode_experiment_answer(const model::Json& answer);

}  // namespace det::wire
