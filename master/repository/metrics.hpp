#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "master/connection.hpp"
#include "master/repository/metric_values.hpp"
#include "model/record.hpp"

namespace det::master::repository {

inline constexpr const char* training_group = "training";
inline constexpr const char* validation_group = "validation";

// Keeps one report and brings what is derived from it up to date: the trial's total_batches, summary, best
// and latest validation, best checkpoint and searcher value. `id` and `archived` are not read. Returns the id
// of the row.
// - Rows of older runs of the trial are archived: those of the same group at these steps or more, those of
// other groups
//   at more steps.
// - A repeat (same trial, run, group and steps) adds metrics with new names to the row; one with equal
// content changes
//   nothing.
// Throws Error: not_found, when there is no such trial; usage, when the run is older than the trial's current
// one, or when a repeat gives a metric another value, or when the metrics are no object or
// are too many.
std::int64_t report_metrics(Connection& connection, const model::MetricRecord& report);
// The same, with its metrics parsed before, so that the writer's thread does not.
std::int64_t report_metrics(Connection& connection, const model::MetricRecord& report,
                            const Metrics& metrics);

struct MetricQuery {
  std::int64_t trial_id = 0;
  std::optional<std::string> group = {};  // absent: all
  std::int64_t after_id = 0;              // 0: from the first
  std::int64_t limit = 1000;
};

// In the order of reporting, archived ones included: ask again after the last id until fewer than `limit`
// come.
std::vector<model::MetricRecord> list_metrics(Connection& connection, const MetricQuery& query);
std::optional<model::MetricRecord> metrics_by_id(Connection& connection, std::int64_t id);

// The groups and names of metrics that trials of the experiments reported.
struct MetricName {
  std::string group;
  std::string name;
};
// By group and name, each once.
std::vector<MetricName> metric_names(Connection& connection, const std::vector<std::int64_t>& experiment_ids);

// Finds anew what is derived from all reports and checkpoints of a trial.
void refresh_trial(Connection& connection, std::int64_t trial_id);

}  // namespace det::master::repository
