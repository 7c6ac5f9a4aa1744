#pragma once

#include "formatting/table.hpp"
#include "model/json.hpp"
#include "model/trial.hpp"

namespace det::formatting {

// `experiment list-trials`, as the official tool's. Hyperparameters are JSON in the order of the source.
Columns trial_columns();
Row trial_row(const model::Trial& trial);

// The object that --json prints: docs/json.md, "trial".
model::Json trial_json(const model::Trial& trial);

}  // namespace det::formatting
