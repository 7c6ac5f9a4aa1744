#include "formatting/column_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "formatting/checkpoint_table.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::formatting {
namespace {

struct FixedColumn {
  std::string_view name;
  std::string_view title;
  Cell (*cell)(const model::Checkpoint&);
};

Cell text_or_none(const std::string& text) {
  return text.empty() ? Cell{} : Cell{terminal_safe(text)};
}

// The columns of the usual table, by their place in its row, and a few more.
constexpr std::array fixed_columns{
    FixedColumn{"trial", "Trial ID", [](const model::Checkpoint& c) { return checkpoint_row(c)[0]; }},
    FixedColumn{"batches", "# of Batches", [](const model::Checkpoint& c) { return checkpoint_row(c)[1]; }},
    FixedColumn{"state", "State", [](const model::Checkpoint& c) { return checkpoint_row(c)[2]; }},
    FixedColumn{"metric", "Validation Metric",
                [](const model::Checkpoint& c) { return checkpoint_row(c)[3]; }},
    FixedColumn{"uuid", "UUID", [](const model::Checkpoint& c) { return checkpoint_row(c)[4]; }},
    FixedColumn{"resources", "Resources", [](const model::Checkpoint& c) { return checkpoint_row(c)[5]; }},
    FixedColumn{"size", "Size", [](const model::Checkpoint& c) { return checkpoint_row(c)[6]; }},
    FixedColumn{"experiment", "Experiment ID",
                [](const model::Checkpoint& c) { return text_or_none(c.experiment_id); }},
    FixedColumn{"reported", "Report Time", [](const model::Checkpoint& c) { return table_time(c.reported); }},
    FixedColumn{"files", "Files",
                [](const model::Checkpoint& c) { return Cell{std::to_string(c.files.size())}; }},
    FixedColumn{"bytes", "Bytes",
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

Cell member_cell(const model::Json& tree, const std::string& key) {
  if (!tree.is_object()) return {};
  const auto member = tree.find(key);
  if (member == tree.end() || member->is_null()) return {};
  if (member->is_string()) return terminal_safe(member->get_ref<const std::string&>());
  return json_text(*member, {.indent = -1});
}

Cell tree_cell(const model::Checkpoint& checkpoint, const ChosenColumn& column) {
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
  Row row;
  for (const auto& column : choice) {
    row.push_back(column.key.empty() ? fixed_column(column.name)->cell(checkpoint)
                                     : tree_cell(checkpoint, column));
  }
  return row;
}

}  // namespace det::formatting
