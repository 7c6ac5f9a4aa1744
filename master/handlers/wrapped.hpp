#pragma once

#include <string>

#include "model/record.hpp"

// Answers that several handlers give.
namespace det::master::handlers {

// {"experiment":...,"config":...} of a single experiment.
std::string experiment_and_configuration(const model::ExperimentRecord& experiment);

// {"trial":...}
std::string wrapped_trial(const model::TrialRecord& trial);

}  // namespace det::master::handlers
