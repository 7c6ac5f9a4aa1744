#include "formatting/history_table.hpp"

#include <map>

#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

Cell metric_cell(const model::Json& value) {
  if (value.is_string()) return terminal_safe(value.get_ref<const std::string&>());
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return json_text(value, {.indent = -1});
}

void append_metrics(Row& cells, const std::set<std::string>& names,
                    const std::map<std::string, model::Json>& metrics) {
  for (const auto& name : names) {
    const auto found = metrics.find(name);
    cells.push_back(found == metrics.end() ? Cell{} : metric_cell(found->second));
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
  Row cells = {terminal_safe(trial_id), std::to_string(row.total_batches), terminal_safe(row.state),
               table_time(row.reported)};
  append_metrics(cells, metrics.training, row.training);
  cells.push_back(terminal_safe(row.checkpoint_state));
  cells.push_back(table_time(row.checkpoint_reported));
  cells.push_back(terminal_safe(row.validation_state));
  cells.push_back(table_time(row.validation_reported));
  append_metrics(cells, metrics.validation, row.validation);
  return cells;
}

}  // namespace det::formatting
