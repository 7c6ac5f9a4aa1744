#pragma once

#include "formatting/table.hpp"
#include "model/checkpoint.hpp"
#include "model/json.hpp"

namespace det::formatting {

// `list-checkpoints`, as the official tool's. The metric is the searcher's, as the source wrote it: Python's
// str() of the number, or the words NaN, Infinity, -Infinity. Paths are sorted, one a line.
Columns checkpoint_columns();
Row checkpoint_row(const model::Checkpoint& checkpoint);

// `checkpoint describe`, as the official tool's. Metrics and metadata are JSON in the order of the source; a
// checkpoint of no trial has no experiment, trial and metrics.
Columns describe_columns();
Row describe_row(const model::Checkpoint& checkpoint);

// What a download prints: the batch, the id, and {"validation_metrics": {...}} in the order of the source;
// no metrics where there was no validation.
Columns download_columns();
Row download_row(const model::Checkpoint& checkpoint);

// The object that --json prints: docs/json.md, "checkpoint".
model::Json checkpoint_json(const model::Checkpoint& checkpoint);

}  // namespace det::formatting
