#pragma once

#include <set>
#include <string>

#include "formatting/table.hpp"
#include "model/history.hpp"

namespace det::formatting {

// The metrics that get a column each; both empty: no such columns.
struct MetricColumns {
  std::set<std::string> training;
  std::set<std::string> validation;
};

// `experiment describe`: what a trial did, one row a batch count. A metric that is no single value is shown
// as JSON in one line.
Columns history_columns(const MetricColumns& metrics);
Row history_row(const std::string& trial_id, const model::HistoryRow& row, const MetricColumns& metrics);

}  // namespace det::formatting
