#include "model/history.hpp"

#include <algorithm>

namespace det::model {
namespace {

// The averages that a training or validation reports: an object, or null.
const Json& averages(const Workload& workload) {
  static const Json none;
  if (!workload.metrics.is_object()) return none;
  const auto found = workload.metrics.find("avgMetrics");
  return found != workload.metrics.end() && found->is_object() ? *found : none;
}

void merge_metrics(const Json& from, std::map<std::string, Json>& into) {
  for (const auto& [name, value] : from.items()) {
    if (!value.is_null()) into.try_emplace(name, value);
  }
}

void remember_names(const Json& metrics, std::vector<std::string>& names) {
  if (!names.empty()) return;
  for (const auto& [name, value] : metrics.items()) names.push_back(name);
}

std::string listed_state(const Workload& workload) {
  switch (workload.kind) {
    case WorkloadKind::training:
      return {};
    case WorkloadKind::checkpoint:
      return workload.state;
    case WorkloadKind::validation:
      return "COMPLETED";
  }
  return {};
}

void merge(const Workload& workload, HistoryRow& row) {
  row.reported = std::max(row.reported, workload.ended);
  if (workload.kind == WorkloadKind::training) merge_metrics(averages(workload), row.training);
  if (workload.kind == WorkloadKind::validation) {
    merge_metrics(averages(workload), row.validation);
    row.validation_state = listed_state(workload);
    if (workload.ended) row.validation_reported = workload.ended;
  }
  if (workload.kind == WorkloadKind::checkpoint) {
    row.checkpoint_state = workload.state;
    row.checkpoint_reported = workload.ended;
  }
}

}  // namespace

void TrialHistory::add(const Workload& workload) {
  const auto [place, is_new] = rows_.try_emplace(workload.total_batches);
  auto& row = place->second;
  if (is_new) {
    row.total_batches = workload.total_batches;
    row.state = listed_state(workload);
  }
  merge(workload, row);
  if (workload.kind == WorkloadKind::training) remember_names(averages(workload), training_names_);
  if (workload.kind == WorkloadKind::validation) remember_names(averages(workload), validation_names_);
}

std::vector<HistoryRow> TrialHistory::rows() const {
  std::vector<HistoryRow> rows;
  rows.reserve(rows_.size());
  for (const auto& [batches, row] : rows_) rows.push_back(row);
  return rows;
}

}  // namespace det::model
