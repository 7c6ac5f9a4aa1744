#pragma once

#include "formatting/table.hpp"
#include "model/experiment.hpp"
#include "model/json.hpp"

namespace det::formatting {

// Which of the columns that are not always there.
struct ExperimentColumns {
  bool project = false;   // workspace and project, in front
  bool archived = false;  // at the end
};

// `experiment list`, as the official tool's.
Columns experiment_columns(const ExperimentColumns& chosen);
Row experiment_row(const model::Experiment& experiment, const ExperimentColumns& chosen);

// The object that --json prints: docs/json.md, "experiment".
model::Json experiment_json(const model::Experiment& experiment);

}  // namespace det::formatting
