#include <cmath>

#include "model/error.hpp"
#include "wire/request_fields.hpp"
#include "wire/requests.hpp"
#include "wire/state_word.hpp"

namespace det::wire {
namespace {

NewTrial new_trial(const RequestFields& fields) {
  return {.experiment_id = fields.required_integer("experimentId"),
          .hparams = fields.object_document("hparams").value_or("{}"),
          .external_id = std::nullopt};
}

MetricReport metric_report(const RequestFields& fields, std::string_view group) {
  MetricReport report;
  report.group = group;
  report.trial_id = fields.integer("trialId").value_or(0);
  report.run_id = fields.integer("trialRunId").value_or(0);
  report.steps = fields.integer("stepsCompleted").value_or(0);
  if (report.steps < 0) throw Error(Failure::usage, "metrics.stepsCompleted is below 0");
  report.reported = fields.time("reportTime");
  const auto* inner = fields.object("metrics");
  if (inner == nullptr) throw Error(Failure::usage, "metrics.metrics is missing");
  const RequestFields metrics(*inner, "metrics.metrics");
  report.metrics = metrics.object_document("avgMetrics").value_or("{}");
  if (const auto* batches = metrics.list("batchMetrics")) report.batch_metrics = document_of(*batches);
  return report;
}

// Ranks come as numbers or, from the client's own shipper, as strings.
model::LogRecord log_line(const model::Json& element) {
  const RequestFields fields(element, "log");
  model::LogRecord line;
  line.task_id = fields.required_text("taskId");
  line.trial_id = fields.integer("trialId").value_or(0);
  line.written = fields.time("timestamp");
  line.level = fields.text_or_empty("level");
  constexpr std::string_view prefix = "LOG_LEVEL_";
  if (line.level.starts_with(prefix)) line.level.erase(0, prefix.size());
  if (line.level == "UNSPECIFIED") line.level.clear();
  line.text = fields.text_or_empty("log");
  line.rank = fields.integer("rankId");
  if (!line.rank) line.rank = fields.integer("rank");
  line.allocation_id = fields.text_or_empty("allocationId");
  line.container_id = fields.text_or_empty("containerId");
  line.agent_id = fields.text_or_empty("agentId");
  line.source = fields.text_or_empty("source");
  line.stdtype = fields.text_or_empty("stdtype");
  return line;
}

}  // namespace

NewTrial decode_new_trial(std::string_view body) {
  const auto tree = parse_request(body);
  return new_trial(RequestFields(tree, "trial"));
}

NewTrial decode_put_trial(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "request");
  const auto* wrapped = fields.object("createTrialRequest");
  if (wrapped == nullptr) throw Error(Failure::usage, "request.createTrialRequest is missing");
  auto trial = new_trial(RequestFields(*wrapped, "createTrialRequest"));
  trial.external_id = fields.required_text("externalTrialId");
  return trial;
}

MetricReport decode_metric_report(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields request(tree, "request");
  const auto* metrics = request.object("metrics");
  if (metrics == nullptr) throw Error(Failure::usage, "request.metrics is missing");
  return metric_report(RequestFields(*metrics, "metrics"), request.required_text("group"));
}

MetricReport decode_metric_report(std::string_view body, std::string_view group) {
  const auto tree = parse_request(body);
  return metric_report(RequestFields(tree, "metrics"), group);
}

std::optional<std::string> decode_trial_state(std::string_view body) {
  const auto tree = parse_request(body);
  const auto word = RequestFields(tree, "trial").text("state");
  if (!word || *word == "STATE_UNSPECIFIED") return std::nullopt;
  return state_word(*word);
}

std::string decode_runner_state(std::string_view body) {
  const auto tree = parse_request(body);
  return RequestFields(tree, "metadata").text_or_empty("state");
}

double decode_progress(std::string_view body) {
  const auto tree = parse_request(body);
  const auto progress = RequestFields(tree, "request").number("progress").value_or(0);
  if (!std::isfinite(progress)) throw Error(Failure::usage, "request.progress is not finite");
  return progress;
}

model::Document decode_run_metadata(std::string_view body) {
  const auto tree = parse_request(body);
  return RequestFields(tree, "request").object_document("metadata").value_or("{}");
}

RunStart decode_run_start(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "request");
  return {.run_id = fields.required_integer("runId"), .storage = fields.object_document("checkpointStorage")};
}

bool decode_resume(std::string_view body) {
  const auto tree = parse_request(body);
  return RequestFields(tree, "request").flag("resume");
}

std::string decode_exit_reason(std::string_view body) {
  const auto tree = parse_request(body);
  auto reason = RequestFields(tree, "request").required_text("reason");
  constexpr std::string_view prefix = "EXITED_REASON_";
  if (reason.starts_with(prefix)) reason.erase(0, prefix.size());
  return reason;
}

std::vector<model::LogRecord> decode_task_logs(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  const bool bare = first != std::string_view::npos && body[first] == '[';
  const auto tree = parse_request(bare ? R"({"logs":)" + std::string(body) + "}" : std::string(body));
  std::vector<model::LogRecord> lines;
  const auto* list = RequestFields(tree, "request").list("logs");
  if (list == nullptr) return lines;
  for (const auto& element : *list) lines.push_back(log_line(element));
  return lines;
}

}  // namespace det::wire
