#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::wire {
namespace {

constexpr std::string_view validation = "validation";
constexpr std::string_view training = "training";

// {"avgMetrics": ..., "batchMetrics": [...]}
std::string metrics_text(std::string_view averages, std::string_view batches) {
  return ObjectText().document("avgMetrics", averages).document("batchMetrics", batches).finish();
}

std::string metrics_workload(const model::MetricRecord& report, bool with_batch_metrics) {
  const bool batches = with_batch_metrics && report.batch_metrics;
  return ObjectText()
      .time("endTime", report.reported)
      .document("metrics", metrics_text(report.metrics, batches ? *report.batch_metrics : "[]"))
      .integer("numInputs", 0)
      .integer("totalBatches", report.steps)
      .finish();
}

std::string files_text(const model::CheckpointRecord& checkpoint, bool as_strings) {
  ObjectText files;
  for (const auto& [path, size_bytes] : checkpoint.files) {
    const auto key = string_text(path);
    const auto inner = std::string_view(key).substr(1, key.size() - 2);
    const auto size = static_cast<std::int64_t>(size_bytes);
    as_strings ? files.int64(inner, size) : files.integer(inner, size);
  }
  return files.finish();
}

std::int64_t total_bytes(const model::CheckpointRecord& checkpoint) {
  std::int64_t total = 0;
  for (const auto& file : checkpoint.files) total += static_cast<std::int64_t>(file.size_bytes);
  return total;
}

std::string_view state_word(model::CheckpointState state) {
  switch (state) {
    case model::CheckpointState::active:
      return "ACTIVE";
    case model::CheckpointState::completed:
      return "COMPLETED";
    case model::CheckpointState::error:
      return "ERROR";
    case model::CheckpointState::deleted:
      return "DELETED";
    case model::CheckpointState::partially_deleted:
      return "PARTIALLY_DELETED";
    case model::CheckpointState::unspecified:
    case model::CheckpointState::unknown:
      break;
  }
  return "UNSPECIFIED";
}

void add(ObjectText& object, std::string_view key, const std::optional<model::Document>& document) {
  document ? object.document(key, *document) : object.null(key);
}

// As a report of training is kept, which a preview shows as it is.
std::optional<model::Document> reported_training(const model::CheckpointRecord& checkpoint) {
  if (!checkpoint.training_metrics) return std::nullopt;
  return ObjectText().document("avg_metrics", *checkpoint.training_metrics).null("batch_metrics").finish();
}

std::string checkpoint_workload(const model::CheckpointRecord& checkpoint, std::string_view metadata) {
  return ObjectText()
      .text("uuid", checkpoint.id)
      .time("endTime", checkpoint.reported)
      .text("state", checkpoint_state_text(checkpoint.state))
      .document("resources", files_text(checkpoint, true))
      .integer("totalBatches", checkpoint.steps_completed.value_or(0))
      .document("metadata", metadata)
      .finish();
}

std::string training_text(const model::CheckpointRecord& checkpoint, const model::Document& configuration) {
  ObjectText object;
  object.integer("trialId", checkpoint.trial_id).integer("experimentId", checkpoint.experiment_id);
  object.document("experimentConfig", configuration).document("hparams", checkpoint.hparams);
  object.document("trainingMetrics", metrics_text(checkpoint.training_metrics.value_or("null"), "[]"));
  object.document("validationMetrics", metrics_text(checkpoint.validation_metrics.value_or("null"), "[]"));
  if (checkpoint.searcher_metric) object.number("searcherMetric", *checkpoint.searcher_metric);
  return object.finish();
}

}  // namespace

std::string checkpoint_state_text(model::CheckpointState state) {
  return "STATE_" + std::string(state_word(state));
}

std::string trial_text(const model::TrialRecord& trial) {
  ObjectText object;
  object.integer("id", trial.id).integer("experimentId", trial.experiment_id);
  object.time("startTime", trial.started);
  trial.ended ? object.time("endTime", *trial.ended) : object.null("endTime");
  object.text("state", "STATE_" + trial.state).integer("restarts", trial.restarts);
  object.document("hparams", trial.hparams).integer("totalBatchesProcessed", trial.total_batches);
  const auto add_validation = [&](std::string_view key, const std::optional<model::MetricRecord>& report) {
    report ? object.document(key, metrics_workload(*report, false)) : object.null(key);
  };
  add_validation("bestValidation", trial.best_validation);
  add_validation("latestValidation", trial.latest_validation);
  if (trial.best_checkpoint) {
    object.document("bestCheckpoint", checkpoint_workload(*trial.best_checkpoint, "null"));
  } else {
    object.null("bestCheckpoint");
  }
  object.text("runnerState", trial.runner_state).integer("wallClockTime", 0);
  object.text("warmStartCheckpointUuid", trial.warm_start_checkpoint).text("taskId", trial.task_id);
  object.int64("totalCheckpointSize", trial.checkpoint_size_bytes);
  object.integer("checkpointCount", trial.checkpoint_count);
  add(object, "summaryMetrics", trial.summary);
  object.document("taskIds", "[" + string_text(trial.task_id) + "]");
  object.number("searcherMetricValue", trial.searcher_value.value_or(0));
  if (trial.external_id) object.text("externalTrialId", *trial.external_id);
  if (trial.metadata) object.document("metadata", *trial.metadata);
  return object.finish();
}

std::string checkpoint_text(const model::CheckpointRecord& checkpoint, const model::Document& configuration) {
  ObjectText object;
  object.text("taskId", checkpoint.task_id);
  if (checkpoint.allocation_id) object.text("allocationId", *checkpoint.allocation_id);
  object.text("uuid", checkpoint.id).time("reportTime", checkpoint.reported);
  object.document("resources", files_text(checkpoint, true)).document("metadata", checkpoint.metadata);
  object.text("state", checkpoint_state_text(checkpoint.state));
  object.document("training", training_text(checkpoint, configuration));
  if (checkpoint.storage_id) object.integer("storageId", *checkpoint.storage_id);
  return object.finish();
}

std::string previewed_text(const model::CheckpointRecord& checkpoint, const model::Document& configuration) {
  ObjectText object;
  object.text("UUID", checkpoint.id).text("TaskID", checkpoint.task_id);
  object.optional_text("AllocationID", checkpoint.allocation_id.value_or(""));
  object.time("ReportTime", checkpoint.reported).text("State", state_word(checkpoint.state));
  object.document("Resources", files_text(checkpoint, false)).document("Metadata", checkpoint.metadata);
  object.integer("Size", total_bytes(checkpoint));
  checkpoint.storage_id ? object.integer("StorageID", *checkpoint.storage_id) : object.null("StorageID");
  object.integer("TrialID", checkpoint.trial_id).integer("ExperimentID", checkpoint.experiment_id);
  object.document("ExperimentConfig", configuration).document("HParams", checkpoint.hparams);
  add(object, "TrainingMetrics", reported_training(checkpoint));
  add(object, "ValidationMetrics", checkpoint.validation_metrics);
  checkpoint.searcher_metric ? object.number("SearcherMetric", *checkpoint.searcher_metric)
                             : object.null("SearcherMetric");
  object.integer("StepsCompleted", checkpoint.steps_completed.value_or(0));
  return object.finish();
}

std::string metric_report_text(const model::MetricRecord& report) {
  const bool validated = report.group == validation;
  ObjectText metrics;
  metrics.document(validated ? "validation_metrics" : "avg_metrics", report.metrics);
  if (report.batch_metrics || !validated) add(metrics, "batch_metrics", report.batch_metrics);
  return ObjectText()
      .integer("trialId", report.trial_id)
      .time("endTime", report.reported)
      .document("metrics", metrics.finish())
      .integer("totalBatches", report.steps)
      .flag("archived", report.archived)
      .integer("id", report.id)
      .integer("trialRunId", report.run_id)
      .text("group", report.group)
      .finish();
}

std::optional<std::string> workload_text(const model::MetricRecord& report, bool with_batch_metrics) {
  if (report.group != training && report.group != validation) return std::nullopt;
  return ObjectText().document(report.group, metrics_workload(report, with_batch_metrics)).finish();
}

std::string workload_text(const model::CheckpointRecord& checkpoint) {
  return ObjectText().document("checkpoint", checkpoint_workload(checkpoint, checkpoint.metadata)).finish();
}

}  // namespace det::wire
