#pragma once

#include "formatting/table.hpp"
#include "model/trial.hpp"

namespace det::formatting {

// `trial describe`: the trial in one row. Hyperparameters and the summary of metrics are indented JSON.
Columns trial_description_columns();
Row trial_description_row(const model::Trial& trial);

}  // namespace det::formatting
