#include "formatting/column_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "formatting/cells.hpp"
#include "formatting/checkpoint_table.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::formatting {
namespace {

// A column that is always there: by its place in the usual table's row, or by a function of its own.
struct FixedColumn {
  std::string_view name;
  std::string_view title;
  std::size_t usual_place;
  Cell (*cell)(const model::Checkpoint&);
};

constexpr std::array fixed_columns{
    FixedColumn{"trial", "Trial ID", 0, nullptr},
    FixedColumn{"batches", "# of Batches", 1, nullptr},
    FixedColumn{"state", "State", 2, nullptr},
    FixedColumn{"metric", "Validation Metric", 3, nullptr},
    FixedColumn{"uuid", "UUID", 4, nullptr},
    FixedColumn{"resources", "Resources", 5, nullptr},
    FixedColumn{"size", "Size", 6, nullptr},
    FixedColumn{"experiment", "Experiment ID", 0,
                [](const model::Checkpoint& c) { return text_cell(c.experiment_id); }},
    FixedColumn{"reported", "Report Time", 0,
                [](const model::Checkpoint& c) { return table_time(c.reported); }},
    FixedColumn{"files", "Files", 0,
                [](const model::Checkpoint& c) { return Cell{std::to_string(c.files.size())}; }},
    FixedColumn{"bytes", "Bytes", 0,
                [](const model::Checkpoint& c) { return Cell{std::to_string(total_bytes(c))}; }},
};
constexpr std::array<std::string_view, 3> tree_columns{"metric", "hparam", "metadata"};

const FixedColumn* fixed_column(std::string_view name) {
  const auto* found = std::find_if(fixed_columns.begin(), fixed_columns.end(),
                                   [&](const FixedColumn& column) { return column.name == name; });
  return found == fixed_columns.end() ? nullptr : found;
}

ChosenColumn parse_column(const std::string& name) {
  const auto colon = name.find(':');
  if (colon == std::string::npos && fixed_column(name) != nullptr) return {name, {}};
  if (colon != std::string::npos && colon + 1 < name.size()) {
    const auto tree = name.substr(0, colon);
    if (std::find(tree_columns.begin(), tree_columns.end(), tree) != tree_columns.end()) {
      return {tree, name.substr(colon + 1)};
    }
  }
  throw Error(Failure::usage, fmt::format("there is no column '{}': see --help for their names", name));
}

Cell chosen_member(const model::Checkpoint& checkpoint, const ChosenColumn& column) {
  if (column.name == "hparam") return member_cell(checkpoint.hparams, column.key);
  if (column.name == "metadata") return member_cell(checkpoint.metadata, column.key);
  if (!checkpoint.validation_metrics.is_object()) return {};
  return member_cell(checkpoint.validation_metrics.value("avgMetrics", model::Json()), column.key);
}

}  // namespace

ColumnChoice column_choice(const std::string& names) {
  ColumnChoice choice;
  std::size_t at = 0;
  while (at <= names.size()) {
    const auto comma = std::min(names.find(',', at), names.size());
    choice.push_back(parse_column(names.substr(at, comma - at)));
    at = comma + 1;
  }
  return choice;
}

Columns chosen_columns(const ColumnChoice& choice) {
  Columns columns;
  for (const auto& column : choice) {
    columns.push_back(column.key.empty() ? std::string(fixed_column(column.name)->title)
                                         : terminal_safe(column.key));
  }
  return columns;
}

Row chosen_row(const model::Checkpoint& checkpoint, const ColumnChoice& choice) {
  const auto usual = checkpoint_row(checkpoint);
  Row row;
  for (const auto& column : choice) {
    if (!column.key.empty()) {
      row.push_back(chosen_member(checkpoint, column));
      continue;
    }
    const auto& fixed = *fixed_column(column.name);
    row.push_back(fixed.cell == nullptr ? usual[fixed.usual_place] : fixed.cell(checkpoint));
  }
  return row;
}

}  // namespace det::formatting
