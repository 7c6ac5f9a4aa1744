#include "formatting/checkpoint_table.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "formatting/cells.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

using model::Checkpoint;
using model::Json;

// A null value when the tree is no object or lacks the member.
const Json& member(const Json& tree, const char* name) {
  static const Json null;
  if (!tree.is_object()) return null;
  const auto found = tree.find(name);
  return found == tree.end() ? null : *found;
}

std::string number_word(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return float_text(value);
}

// The metric as it was reported, where the searcher's metric is known by name: a master that says 1 means 1,
// not 1.0.
Cell metric_cell(const Checkpoint& checkpoint) {
  if (checkpoint.configuration == nullptr) {
    return checkpoint.searcher_metric ? Cell(number_word(*checkpoint.searcher_metric)) : Cell();
  }
  return member_cell(member(checkpoint.validation_metrics, "avgMetrics"),
                     checkpoint.configuration->searcher.metric);
}

Cell steps_cell(const Checkpoint& checkpoint) {
  return checkpoint.steps_completed ? count_cell(checkpoint.steps_completed)
                                    : member_cell(checkpoint.metadata, "steps_completed");
}

Cell paths_cell(const Checkpoint& checkpoint) {
  std::vector<std::string_view> paths;
  for (const auto& file : checkpoint.files) paths.push_back(file.path);
  std::sort(paths.begin(), paths.end());
  if (paths.empty()) return std::nullopt;
  std::string text;
  for (const auto path : paths) text += terminal_safe(path) + '\n';
  text.pop_back();
  return text;
}

// {"avgMetrics": ..., "batchMetrics": ...}, both always there.
Cell metrics_cell(const Checkpoint& checkpoint) {
  if (checkpoint.trial_id.empty()) return std::nullopt;
  if (!checkpoint.validation_metrics.is_object()) return "{}";
  Json metrics;
  for (const auto* name : {"avgMetrics", "batchMetrics"})
    metrics[name] = member(checkpoint.validation_metrics, name);
  return tree_cell(metrics);
}

Cell metadata_cell(const Checkpoint& checkpoint) {
  return checkpoint.metadata.is_object() ? tree_cell(checkpoint.metadata) : "{}";
}

Cell averages_cell(const Checkpoint& checkpoint) {
  const auto& averages = member(checkpoint.validation_metrics, "avgMetrics");
  if (!averages.is_object()) return std::nullopt;
  Json metrics;
  metrics["validation_metrics"] = averages;
  return tree_cell(metrics);
}

}  // namespace

Columns checkpoint_columns() {
  return {"Trial ID", "# of Batches", "State", "Validation Metric", "UUID", "Resources", "Size"};
}

Row checkpoint_row(const Checkpoint& checkpoint) {
  return {text_cell(checkpoint.trial_id),     steps_cell(checkpoint),
          text_cell(checkpoint.state_word),   metric_cell(checkpoint),
          text_cell(checkpoint.id),           paths_cell(checkpoint),
          human_size(total_bytes(checkpoint))};
}

Columns describe_columns() {
  return {"Experiment ID",   "Trial ID",           "Steps Completed", "Report Time",
          "Checkpoint UUID", "Validation Metrics", "Metadata"};
}

Row describe_row(const Checkpoint& checkpoint) {
  return {text_cell(checkpoint.experiment_id),
          text_cell(checkpoint.trial_id),
          steps_cell(checkpoint),
          table_time(checkpoint.reported),
          text_cell(checkpoint.id),
          metrics_cell(checkpoint),
          metadata_cell(checkpoint)};
}

Columns download_columns() {
  return {"Batch", "Checkpoint UUID", "Validation Metrics"};
}

Row download_row(const Checkpoint& checkpoint) {
  return {steps_cell(checkpoint), text_cell(checkpoint.id), averages_cell(checkpoint)};
}

}  // namespace det::formatting
