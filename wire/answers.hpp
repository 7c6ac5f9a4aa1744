#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "model/record.hpp"

// What a master answers: its records as JSON text in the shapes of the API 0.38 (camelCase, 64-bit integers
// as strings, enums as whole words, unset messages null). The shapes are those that a real master was seen to
// send.
namespace det::wire {

std::string user_text(const model::UserRecord& user);

enum class ExperimentForm { in_list, single };
// A single experiment names its trials. The project is named after `Uncategorized`, the only one.
std::string experiment_text(const model::ExperimentRecord& experiment, ExperimentForm form);

std::string trial_text(const model::TrialRecord& trial);

// `configuration` is that of its experiment.
std::string checkpoint_text(const model::CheckpointRecord& checkpoint, const model::Document& configuration);
// The row of a preview of garbage collection: other names and types than everywhere else.
std::string previewed_text(const model::CheckpointRecord& checkpoint, const model::Document& configuration);

// A report as the streams of metrics give it.
std::string metric_report_text(const model::MetricRecord& report);
// The same as a step of a trial's history: {"training": ...} or {"validation": ...}; absent for other groups.
std::optional<std::string> workload_text(const model::MetricRecord& report, bool with_batch_metrics);
std::string workload_text(const model::CheckpointRecord& checkpoint);

// A line as the log of a trial gives it, and as that of a task does.
std::string log_text(const model::LogRecord& line);
std::string task_log_text(const model::LogRecord& line);

// What the lines of a log can be told apart by.
struct LogFields {
  std::vector<std::string> agents;
  std::vector<std::string> allocations;  // only of a task
  std::vector<std::string> containers;
  std::vector<std::int64_t> ranks;
  std::vector<std::string> sources;
  std::vector<std::string> stdtypes;
};
std::string log_fields_text(const LogFields& fields);

std::string registered_model_text(const model::RegisteredModelRecord& registered);
std::string model_version_text(const model::ModelVersionRecord& version,
                               const model::Document& configuration);

struct Page {
  std::int64_t offset = 0;
  std::int64_t limit = 0;
  std::int64_t count = 0;  // of elements on this page
  std::int64_t total = 0;
};
std::string pagination_text(const Page& page);

// The word of a state with its prefix: "STATE_COMPLETED".
std::string checkpoint_state_text(model::CheckpointState state);

}  // namespace det::wire
