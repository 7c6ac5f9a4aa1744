#pragma once

#include "formatting/table.hpp"
#include "model/workload.hpp"

namespace det::formatting {

enum class WorkloadDetail { plain, training_metrics };

// `trial describe`: one row a workload, metrics and metadata as indented JSON. With training_metrics a last
// column shows what a training reported; rows of other workloads end before it, as in the official tool's
// CSV.
Columns workload_columns(WorkloadDetail detail);
Row workload_row(const model::Workload& workload, WorkloadDetail detail);

}  // namespace det::formatting
