#include "formatting/described_json.hpp"

#include <catch2/catch.hpp>

#include "formatting/json.hpp"
#include "model/error.hpp"

using namespace det::formatting;
using det::model::Json;

namespace {

std::string text(const Json& value) {
  return json_text(value, {.indent = -1, .sort_keys = true});
}

template <typename Work>
std::string failure(Work work) {
  try {
    work();
  } catch (const det::Error& error) {
    CHECK(error.failure == det::Failure::master);
    return error.message;
  }
  return "no failure";
}

}  // namespace

TEST_CASE(
    "an experiment's answer is completed with null, measures get fractions, and what is unknown stays") {
  const auto described = described_experiment(
      {{"experiment", {{"id", 5}, {"progress", 1}, {"bestTrialSearcherMetric", "NaN"}, {"novel", 1}}}});
  CHECK(text(described) ==
        "{\"config\": null, \"experiment\": {\"bestTrialId\": null, \"bestTrialSearcherMetric\": \"NaN\", "
        "\"checkpointCount\": null, \"checkpointSize\": null, \"description\": null, \"displayName\": null, "
        "\"duration\": null, \"endTime\": null, \"externalExperimentId\": null, \"externalTrialId\": null, "
        "\"forkedFrom\": null, \"hyperparameters\": null, \"id\": 5, \"labels\": null, "
        "\"modelDefinitionSize\": null, "
        "\"notes\": null, \"novel\": 1, \"pachydermIntegration\": null, \"parentArchived\": null, "
        "\"progress\": 1.0, "
        "\"projectName\": null, \"resourcePool\": null, \"searcherMetric\": null, \"trialIds\": null, "
        "\"unmanaged\": null, \"userId\": null, \"workspaceId\": null, \"workspaceName\": null}, "
        "\"jobSummary\": null}");
}

TEST_CASE("a trial's answer is completed down to its best checkpoint and validations") {
  const auto described =
      described_trial({{"trial",
                        {{"id", 7},
                         {"wallClockTime", 0},
                         {"bestCheckpoint", {{"uuid", "a1"}}},
                         {"bestValidation", {{"metrics", {{"avgMetrics", {{"m", 0}}}}}}}}}});
  CHECK(text(described) ==
        "{\"trial\": {\"bestCheckpoint\": {\"endTime\": null, \"metadata\": null, \"resources\": null, "
        "\"uuid\": \"a1\"}, "
        "\"bestValidation\": {\"endTime\": null, \"metrics\": {\"avgMetrics\": {\"m\": 0}, \"batchMetrics\": "
        "null}}, "
        "\"checkpointCount\": null, \"endTime\": null, \"id\": 7, \"latestValidation\": null, "
        "\"logPolicyMatched\": null, \"logRetentionDays\": null, \"metadata\": null, \"runnerState\": null, "
        "\"searcherMetricValue\": null, \"summaryMetrics\": null, \"taskId\": null, \"taskIds\": null, "
        "\"totalCheckpointSize\": null, \"wallClockTime\": 0.0, \"warmStartCheckpointUuid\": null}, "
        "\"workloads\": []}");
}

TEST_CASE("workloads of several pages are appended in order") {
  Json trial = {{"workloads", Json::array()}};
  const Json pagination = {{"total", 2}};
  const auto first = add_workloads(
      trial, {{"workloads", {{{"training", {{"totalBatches", 1}}}}}}, {"pagination", pagination}});
  CHECK(first.added == 1);
  CHECK(first.total == 2);
  add_workloads(trial,
                {{"workloads", {{{"checkpoint", {{"totalBatches", 2}}}}}}, {"pagination", pagination}});
  CHECK(
      text(trial) ==
      "{\"workloads\": [{\"checkpoint\": null, \"training\": {\"endTime\": null, \"totalBatches\": 1}, "
      "\"validation\": null}, {\"checkpoint\": {\"endTime\": null, \"metadata\": null, \"resources\": null, "
      "\"totalBatches\": 2, \"uuid\": null}, \"training\": null, \"validation\": null}]}");
}

TEST_CASE("an answer of another shape is the master's failure") {
  Json trial = {{"workloads", Json::array()}};
  const Json pagination = {{"total", 1}};
  CHECK(failure([] { described_experiment({{"trial", 1}}); }) == "the master's answer has no \"experiment\"");
  CHECK(failure([] { described_experiment("text"); }) == "the master's answer has no \"experiment\"");
  CHECK(failure([] {
          described_trial({{"trial", "text"}});
        }) == "the master's answer has a \"trial\" that is no object");
  CHECK(failure([&] {
          add_workloads(trial, {{"workloads", "text"}, {"pagination", pagination}});
        }) == "the master's answer has no list of workloads");
  CHECK(failure([&] {
          add_workloads(trial, {{"workloads", {1}}, {"pagination", pagination}});
        }) == "the master's answer has a workload that is no object");
  CHECK(failure([&] {
          add_workloads(trial, {{"workloads", Json::array()}, {"pagination", {{"total", "1"}}}});
        }) == "the master's answer does not say how many there are");
  CHECK(failure([&] {
          add_workloads(trial, {{"workloads", Json::array()}});
        }) == "the master's answer has no \"pagination\"");
}
