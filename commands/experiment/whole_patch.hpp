#pragma once

#include "model/experiment.hpp"
#include "model/experiment_patch.hpp"

namespace det::commands {

// A patch that says the name, description, notes and labels as they are: the official client sends all of
// them when one of them changes.
model::ExperimentPatch whole_patch(const model::Experiment& experiment);

}  // namespace det::commands
