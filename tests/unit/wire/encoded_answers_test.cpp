#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "model/json.hpp"
#include "tests/support/fixture.hpp"
#include "wire/answers.hpp"
#include "wire/time.hpp"

using namespace det;
using det::testing::fixture;
using model::Json;

// Records with what a recorded answer says are encoded and compared with it, field by field and in its order.
namespace {

Json recorded(const std::string& name) {
  return Json::parse(fixture("wire/" + name + ".json"));
}

model::Time time_of(const Json& text) {
  return wire::parse_time(text.get<std::string>()).value();
}

std::vector<model::CheckpointFile> files_of(const Json& resources) {
  std::vector<model::CheckpointFile> files;
  for (const auto& [path, size] : resources.items()) {
    const auto bytes = size.is_string() ? std::stoll(size.get<std::string>()) : size.get<std::int64_t>();
    files.push_back({path, static_cast<std::uint64_t>(bytes)});
  }
  return files;
}

model::MetricRecord report_of(const Json& workload, const std::string& group) {
  model::MetricRecord report;
  report.group = group;
  report.steps = workload.at("totalBatches");
  report.reported = time_of(workload.at("endTime"));
  report.metrics = workload.at("metrics").at("avgMetrics").dump();
  return report;
}

model::UserRecord ada() {
  model::UserRecord user;
  user.id = 2;
  user.username = "determined";
  return user;
}

// The same text apart from blanks: keys, order, types and values.
std::string dumped(const std::string& text) {
  return Json::parse(text).dump();
}

model::CheckpointRecord checkpoint_of(const Json& known) {
  const auto& training = known.at("training");
  model::CheckpointRecord checkpoint;
  checkpoint.id = known.at("uuid");
  checkpoint.task_id = known.at("taskId");
  checkpoint.reported = time_of(known.at("reportTime"));
  checkpoint.files = files_of(known.at("resources"));
  checkpoint.metadata = known.at("metadata").dump();
  checkpoint.trial_id = training.at("trialId");
  checkpoint.experiment_id = training.at("experimentId");
  checkpoint.hparams = training.at("hparams").dump();
  const auto metrics = [&](const char* key) {
    const auto& averages = training.at(key).at("avgMetrics");
    return averages.is_null() ? std::optional<model::Document>() : averages.dump();
  };
  checkpoint.training_metrics = metrics("trainingMetrics");
  checkpoint.validation_metrics = metrics("validationMetrics");
  if (training.contains("searcherMetric")) checkpoint.searcher_metric = training.at("searcherMetric");
  if (known.contains("storageId")) checkpoint.storage_id = known.at("storageId");
  return checkpoint;
}

}  // namespace

TEST_CASE("a user is written as a real master writes one") {
  const auto known = recorded("me").at("user");
  auto user = ada();
  user.modified = time_of(known.at("modifiedAt"));
  user.last_login = time_of(known.at("lastAuthAt"));
  CHECK(dumped(wire::user_text(user)) == known.dump());
}

TEST_CASE("a single experiment is written as a real master writes one") {
  const auto known = recorded("experiment").at("experiment");
  model::ExperimentRecord experiment;
  experiment.id = known.at("id");
  experiment.name = known.at("name");
  experiment.description = known.at("description");
  experiment.state = "COMPLETED";
  experiment.unmanaged = true;
  experiment.progress = 1;
  experiment.started = time_of(known.at("startTime"));
  experiment.ended = time_of(known.at("endTime"));
  experiment.job_id = known.at("jobId");
  experiment.owner = ada();
  experiment.configuration = known.at("config").dump();
  experiment.original_configuration = known.at("originalConfig");
  experiment.searcher_name = "random";
  experiment.searcher_metric = "validation_error";
  experiment.trial_ids = {6, 7};
  experiment.trial_count = 2;
  experiment.checkpoint_count = 10;
  experiment.checkpoint_size_bytes = 11290;
  const auto text = wire::experiment_text(experiment, wire::ExperimentForm::single);
  CHECK(Json::parse(text) == known);
}

TEST_CASE("an experiment of a list has the fields that a real master gives it") {
  const auto known = recorded("experiments").at("experiments").at(0);
  model::ExperimentRecord experiment;
  experiment.owner = ada();
  experiment.configuration = "{}";
  experiment.searcher_name = "random";
  const auto written = Json::parse(wire::experiment_text(experiment, wire::ExperimentForm::in_list));
  for (const auto& [name, value] : known.items()) {
    INFO(name);
    REQUIRE(written.contains(name));
    CHECK(std::string(written.at(name).type_name()) == value.type_name());
  }
  CHECK(written.size() == known.size());
  CHECK(written.at("searcherType") == "random");
}

TEST_CASE("a trial is written as a real master writes one") {
  const auto known = recorded("trial").at("trial");
  model::TrialRecord trial;
  trial.id = known.at("id");
  trial.experiment_id = known.at("experimentId");
  trial.state = "COMPLETED";
  trial.started = time_of(known.at("startTime"));
  trial.ended = time_of(known.at("endTime"));
  trial.hparams = known.at("hparams").dump();
  trial.task_id = known.at("taskId");
  trial.total_batches = known.at("totalBatchesProcessed");
  trial.summary = known.at("summaryMetrics").dump();
  trial.best_validation = report_of(known.at("bestValidation"), "validation");
  trial.latest_validation = report_of(known.at("latestValidation"), "validation");
  auto& best = trial.best_checkpoint.emplace();
  best.id = known.at("bestCheckpoint").at("uuid");
  best.reported = time_of(known.at("bestCheckpoint").at("endTime"));
  best.files = files_of(known.at("bestCheckpoint").at("resources"));
  best.steps_completed = 700;
  trial.checkpoint_count = 5;
  trial.checkpoint_size_bytes = 5645;
  const auto written = Json::parse(wire::trial_text(trial));
  CHECK(written.at("searcherMetricValue").is_number());
  CHECK(written == known);
}

TEST_CASE("checkpoints are written as a real master writes them") {
  for (const auto* name : {"checkpoint", "checkpoint-core-v2", "checkpoint-without-metric"}) {
    INFO(name);
    const auto known = recorded(name).at("checkpoint");
    const auto configuration = known.at("training").at("experimentConfig").dump();
    CHECK(dumped(wire::checkpoint_text(checkpoint_of(known), configuration)) == known.dump());
  }
}

TEST_CASE("a searcher metric that is no number is written as a word") {
  model::CheckpointRecord checkpoint;
  const auto metric = [&](double value) {
    checkpoint.searcher_metric = value;
    return Json::parse(wire::checkpoint_text(checkpoint, "{}")).at("training").at("searcherMetric");
  };
  const auto known = recorded("checkpoint-not-a-number").at("checkpoint").at("training");
  CHECK(metric(std::numeric_limits<double>::quiet_NaN()) == known.at("searcherMetric"));
  CHECK(metric(std::numeric_limits<double>::infinity()) == "Infinity");
  CHECK(metric(-std::numeric_limits<double>::infinity()) == "-Infinity");
}

TEST_CASE("a previewed checkpoint is written as a real master writes one") {
  const auto known = recorded("preview-gc").at("checkpoints").at(0);
  model::CheckpointRecord checkpoint;
  checkpoint.id = known.at("UUID");
  checkpoint.task_id = known.at("TaskID");
  checkpoint.reported = time_of(known.at("ReportTime"));
  checkpoint.files = files_of(known.at("Resources"));
  checkpoint.metadata = known.at("Metadata").dump();
  checkpoint.trial_id = known.at("TrialID");
  checkpoint.experiment_id = known.at("ExperimentID");
  checkpoint.hparams = known.at("HParams").dump();
  checkpoint.steps_completed = known.at("StepsCompleted");
  checkpoint.training_metrics = known.at("TrainingMetrics").at("avg_metrics").dump();
  auto expected = known;
  expected.erase("ID");  // a number of the real master's database
  CHECK(dumped(wire::previewed_text(checkpoint, known.at("ExperimentConfig").dump())) == expected.dump());
}

TEST_CASE("the steps of a trial are written as a real master writes them") {
  const auto known = recorded("workloads").at("workloads");
  const auto& validation = known.at(1);
  CHECK(dumped(wire::workload_text(report_of(validation.at("validation"), "validation"), true).value()) ==
        validation.dump());
  const auto training = recorded("workloads-training").at("workloads").at(0);
  CHECK(dumped(wire::workload_text(report_of(training.at("training"), "training"), false).value()) ==
        training.dump());
  const auto& checkpoint = known.at(0).at("checkpoint");
  model::CheckpointRecord record;
  record.id = checkpoint.at("uuid");
  record.reported = time_of(checkpoint.at("endTime"));
  record.files = files_of(checkpoint.at("resources"));
  record.metadata = checkpoint.at("metadata").dump();
  record.steps_completed = checkpoint.at("totalBatches");
  CHECK(dumped(wire::workload_text(record)) == known.at(0).dump());
  CHECK_FALSE(wire::workload_text(report_of(training.at("training"), "inference"), false));
}

TEST_CASE("a report of metrics is written as a real master streams it") {
  const auto known = Json::parse(fixture("master/metrics-training.json")).at("result").at("metrics").at(0);
  model::MetricRecord report;
  report.id = known.at("id");
  report.trial_id = known.at("trialId");
  report.run_id = known.at("trialRunId");
  report.group = known.at("group");
  report.steps = known.at("totalBatches");
  report.reported = time_of(known.at("endTime"));
  report.metrics = known.at("metrics").at("avg_metrics").dump();
  auto expected = known;
  expected["endTime"] = "2026-11-20T23:56:48.741000Z";  // all fractions have six digits here
  CHECK(dumped(wire::metric_report_text(report)) == expected.dump());
}

TEST_CASE("a page is written as a real master writes one") {
  const auto known = recorded("experiments").at("pagination");
  CHECK(dumped(wire::pagination_text({.offset = 0, .limit = 3, .count = 3, .total = 16})) == known.dump());
}

TEST_CASE("text that is no UTF-8 does not break an answer") {
  model::LogRecord line;
  line.text = "a\xff\n";
  line.container_id = "seven\xc3\xa9\xc3\xa9";  // cut inside a letter
  CHECK(Json::parse(wire::log_text(line)).at("log") == "a\xEF\xBF\xBD\n");
  model::CheckpointRecord checkpoint;
  checkpoint.files = {{"\"quoted\"\xff/", 1}};
  CHECK(Json::parse(wire::checkpoint_text(checkpoint, "{}")).at("resources").dump() ==
        "{\"\\\"quoted\\\"\xEF\xBF\xBD/\":\"1\"}");
}

TEST_CASE("a time has six digits of fractions, also before the epoch") {
  model::LogRecord line;
  line.written = model::Time(std::chrono::microseconds(-1));
  CHECK(Json::parse(wire::log_text(line)).at("timestamp") == "1969-12-31T23:59:59.999999Z");
}
