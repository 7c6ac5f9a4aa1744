#pragma once

#include <string>
#include <vector>

#include "model/checkpoint.hpp"
#include "model/experiment.hpp"
#include "model/trial.hpp"

namespace det::testing {

// The cases of tests/golden: what a real master answered, and what the official tool printed of it.
std::string recorded_stdout(const std::string& name);
std::vector<model::Checkpoint> recorded_checkpoints(const std::string& name);
model::Checkpoint recorded_checkpoint(const std::string& name);
std::vector<model::Experiment> recorded_experiments(const std::string& name);
std::vector<model::Trial> recorded_trials(const std::string& name);

}  // namespace det::testing
