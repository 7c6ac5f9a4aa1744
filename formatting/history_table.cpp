#include "formatting/history_table.hpp"

#include <map>

#include "formatting/cells.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

void append_metrics(Row& cells, const std::set<std::string>& names,
                    const std::map<std::string, model::Json>& metrics) {
  for (const auto& name : names) {
    const auto found = metrics.find(name);
    cells.push_back(found == metrics.end() ? Cell{} : value_cell(found->second));
  }
}

}  // namespace

Columns history_columns(const MetricColumns& metrics) {
  Columns columns = {"Trial ID", "# of Batches", "State", "Report Time"};
  for (const auto& name : metrics.training) columns.push_back("Training Metric: " + terminal_safe(name));
  for (const auto* fixed :
       {"Checkpoint State", "Checkpoint Report Time", "Validation State", "Validation Report Time"}) {
    columns.emplace_back(fixed);
  }
  for (const auto& name : metrics.validation) columns.push_back("Validation Metric: " + terminal_safe(name));
  return columns;
}

Row history_row(const std::string& trial_id, const model::HistoryRow& row, const MetricColumns& metrics) {
  Row cells = {text_cell(trial_id), count_cell(row.total_batches), text_cell(row.state),
               table_time(row.reported)};
  append_metrics(cells, metrics.training, row.training);
  cells.push_back(text_cell(row.checkpoint_state));
  cells.push_back(table_time(row.checkpoint_reported));
  cells.push_back(text_cell(row.validation_state));
  cells.push_back(table_time(row.validation_reported));
  append_metrics(cells, metrics.validation, row.validation);
  return cells;
}

}  // namespace det::formatting
