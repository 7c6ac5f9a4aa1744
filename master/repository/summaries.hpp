#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "master/connection.hpp"
#include "master/repository/metric_values.hpp"
#include "model/record.hpp"

// What a trial's metrics come to, by group and name: kept up to date with each report.
namespace det::master::repository {

struct SummarisedReport {
  std::int64_t trial_id = 0;
  std::string_view group;
  std::int64_t steps = 0;
};

void add_to_summaries(Connection& connection, const SummarisedReport& report, const Metrics& metrics);
// Finds them anew from all reports of the trial that are not archived.
void refresh_summaries(Connection& connection, std::int64_t trial_id);

// {"avg_metrics": {name: {count, last, max, mean, min, sum, type}}, "validation_metrics": ...}: any other
// group by its name, and of what is no number only count, last and type. Absent when nothing was reported.
std::optional<model::Document> summary_of(Connection& connection, std::int64_t trial_id);

}  // namespace det::master::repository
