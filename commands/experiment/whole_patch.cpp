#include "commands/experiment/whole_patch.hpp"

namespace det::commands {

model::ExperimentPatch whole_patch(const model::Experiment& experiment) {
  return {.name = experiment.name,
          .description = experiment.description,
          .notes = experiment.notes,
          .labels = experiment.labels};
}

}  // namespace det::commands
