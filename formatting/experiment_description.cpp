#include "formatting/experiment_description.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

std::string sorted_labels(std::vector<std::string> labels) {
  std::sort(labels.begin(), labels.end());
  std::string text;
  for (const auto& label : labels) {
    if (!text.empty()) text += ", ";
    text += terminal_safe(label);
  }
  return text;
}

}  // namespace

Columns described_experiment_columns() {
  return {"Experiment ID", "State",       "Progress", "Started",       "Ended",
          "Name",          "Description", "Archived", "Resource Pool", "Labels"};
}

Row described_experiment_row(const model::Experiment& experiment) {
  return {terminal_safe(experiment.id),
          terminal_safe(experiment.state),
          percent(experiment.progress),
          table_time(experiment.started),
          table_time(experiment.ended),
          terminal_safe(experiment.name),
          terminal_safe(experiment.description),
          experiment.archived ? "True" : "False",
          terminal_safe(experiment.resource_pool),
          sorted_labels(experiment.labels)};
}

Columns described_trial_columns() {
  return {"Trial ID", "Experiment ID", "State", "Started", "Ended", "H-Params"};
}

Row described_trial_row(const model::Trial& trial) {
  return {terminal_safe(trial.id),    terminal_safe(trial.experiment_id),
          terminal_safe(trial.state), table_time(trial.started),
          table_time(trial.ended),    json_text(trial.hparams, {.indent = 4})};
}

}  // namespace det::formatting
