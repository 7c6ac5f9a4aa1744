#include "formatting/workload_table.hpp"

#include <utility>

#include "formatting/cells.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

// Both members, in the official order, whatever the master left out.
Cell metrics_cell(const model::Workload& workload) {
  auto metrics = model::Json::object();
  for (const auto* name : {"avgMetrics", "batchMetrics"}) {
    const bool has = workload.metrics.is_object() && workload.metrics.contains(name);
    metrics[name] = has ? workload.metrics[name] : model::Json();
  }
  return tree_cell(metrics);
}

// A checkpoint that is not there yet, or failed, is shown without its uuid.
bool shows_uuid(const model::Workload& checkpoint) {
  return checkpoint.state != "ACTIVE" && checkpoint.state != "ERROR";
}

Row checkpoint_cells(const model::Workload& workload) {
  if (workload.kind != model::WorkloadKind::checkpoint) return {Cell{}, Cell{}, Cell{}};
  return {text_cell(workload.state), shows_uuid(workload) ? text_cell(workload.checkpoint_id) : Cell{},
          tree_cell(workload.metadata)};
}

}  // namespace

Columns workload_columns(WorkloadDetail detail) {
  Columns columns = {"# of Batches",    "Report Time",         "Checkpoint",
                     "Checkpoint UUID", "Checkpoint Metadata", "Validation Metrics"};
  if (detail == WorkloadDetail::training_metrics) columns.emplace_back("Workload Metrics");
  return columns;
}

Row workload_row(const model::Workload& workload, WorkloadDetail detail) {
  Row cells = {count_cell(workload.total_batches), table_time(workload.ended)};
  for (auto& cell : checkpoint_cells(workload)) cells.push_back(std::move(cell));
  cells.push_back(workload.kind == model::WorkloadKind::validation ? metrics_cell(workload) : Cell{});
  const bool shows_training =
      detail == WorkloadDetail::training_metrics && workload.kind == model::WorkloadKind::training;
  if (shows_training) cells.push_back(metrics_cell(workload));
  return cells;
}

}  // namespace det::formatting
