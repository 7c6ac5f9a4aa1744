#pragma once

#include "formatting/table.hpp"
#include "model/experiment.hpp"
#include "model/trial.hpp"

namespace det::formatting {

// `experiment describe`: one row an experiment.
Columns described_experiment_columns();
Row described_experiment_row(const model::Experiment& experiment);

// `experiment describe`: one row a trial. Hyperparameters are indented JSON, a cell of many lines.
Columns described_trial_columns();
Row described_trial_row(const model::Trial& trial);

}  // namespace det::formatting
