#include "formatting/experiment_description.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "formatting/cells.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

std::string sorted_labels(std::vector<std::string> labels) {
  std::sort(labels.begin(), labels.end());
  std::string text;
  for (const auto& label : labels) {
    if (!text.empty()) text += ", ";
    text += label;
  }
  return text;
}

}  // namespace

Columns described_experiment_columns() {
  return {"Experiment ID", "State",       "Progress", "Started",       "Ended",
          "Name",          "Description", "Archived", "Resource Pool", "Labels"};
}

Row described_experiment_row(const model::Experiment& experiment) {
  return {text_cell(experiment.id),
          text_cell(experiment.state),
          percent(experiment.progress),
          table_time(experiment.started),
          table_time(experiment.ended),
          text_cell(experiment.name),
          text_cell(experiment.description),
          truth_cell(experiment.archived),
          text_cell(experiment.resource_pool),
          text_cell(sorted_labels(experiment.labels))};
}

Columns described_trial_columns() {
  return {"Trial ID", "Experiment ID", "State", "Started", "Ended", "H-Params"};
}

Row described_trial_row(const model::Trial& trial) {
  return {text_cell(trial.id),       text_cell(trial.experiment_id), text_cell(trial.state),
          table_time(trial.started), table_time(trial.ended),        tree_cell(trial.hparams)};
}

}  // namespace det::formatting
