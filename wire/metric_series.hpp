#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.hpp"

// How a master answers for metrics over time.
namespace det::wire {

// One point: those of `names` that the report has, or all of it where none are named. Absent when it has none
// of them. An epoch that was reported as a number stands beside the values.
std::optional<std::string> data_point_text(const model::MetricRecord& report,
                                           std::span<const std::string> names);

// Points of one group.
std::string metric_series_text(std::string_view group, std::span<const std::string> points);

// Series of one trial.
std::string compared_trial_text(const model::TrialRecord& trial, std::span<const std::string> series);

struct NamedMetric {
  std::string group;
  std::string name;
};
// What names of metrics there are; `searcher_metrics` are those that experiments are judged by.
std::string metric_names_text(std::span<const NamedMetric> names,
                              std::span<const std::string> searcher_metrics);

}  // namespace det::wire
