#include "wire/checkpoint.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/listed.hpp"
#include "wire/time.hpp"

using namespace det;
using det::testing::fixture;
using det::testing::listed;
using det::testing::listed_alone;
using det::wire::decode_checkpoint_answer;

namespace {

std::string described(const std::vector<model::CheckpointFile>& files) {
  std::string text;
  for (const auto& file : files) text += file.path + "=" + std::to_string(file.size_bytes) + " ";
  return text;
}

}  // namespace

TEST_CASE("a recorded checkpoint comes with all that it says") {
  const model::Checkpoint checkpoint = decode_checkpoint_answer(fixture("wire/checkpoint.json"));
  CHECK(checkpoint.id == "a0000005-0000-4000-8000-000000000005");
  CHECK(checkpoint.task_id == "5.f64933ad-9a9b-40a2-a514-9d075f5d9de6");
  CHECK(checkpoint.allocation_id == std::nullopt);
  CHECK(checkpoint.experiment_id == "5");
  CHECK(checkpoint.trial_id == "6");
  CHECK(checkpoint.reported == wire::parse_time("2026-11-20T23:56:48.565190Z"));
  CHECK(checkpoint.state == model::CheckpointState::completed);
  CHECK(checkpoint.state_word == "COMPLETED");
  CHECK(described(checkpoint.files) == "code/=0 code/model_def.py=77 metadata.json=28 state_dict.pth=1024 ");
  CHECK(checkpoint.metadata.dump() == R"({"steps_completed":500})");
  CHECK(checkpoint.steps_completed == 500);
  CHECK(checkpoint.hparams.dump() == R"({"layers":1,"lr":0.1})");
  CHECK(checkpoint.training_metrics.dump() == R"({"avgMetrics":{"loss":0.2},"batchMetrics":[]})");
  CHECK(checkpoint.validation_metrics.dump() ==
        R"({"avgMetrics":{"validation_error":0.4},"batchMetrics":[]})");
  CHECK(checkpoint.searcher_metric == 0.4);
}

TEST_CASE("a recorded checkpoint knows its experiment's storage, policy and searcher") {
  const auto configuration = decode_checkpoint_answer(fixture("wire/checkpoint.json")).configuration;
  REQUIRE(configuration != nullptr);
  CHECK(configuration->storage.type == "shared_fs");
  CHECK(configuration->storage.host_path == "/lab/storage");
  CHECK(configuration->storage.storage_path == std::nullopt);
  CHECK(configuration->gc_policy == model::GcPolicy{0, 1, 1});
  CHECK(configuration->searcher.name == "random");
  CHECK(configuration->searcher.metric == "validation_error");
  CHECK(configuration->searcher.smaller_is_better);
  CHECK(configuration->searcher.source_trial_id.empty());
  CHECK(configuration->searcher.source_checkpoint_uuid.empty());
}

TEST_CASE("a checkpoint without a validation has no searcher metric") {
  const model::Checkpoint checkpoint =
      decode_checkpoint_answer(fixture("wire/checkpoint-without-metric.json"));
  CHECK(checkpoint.searcher_metric == std::nullopt);
  CHECK(checkpoint.validation_metrics.dump() == R"({"avgMetrics":null,"batchMetrics":[]})");
  CHECK(model::validation_metric(checkpoint, "validation_error") == std::nullopt);
}

TEST_CASE("a checkpoint of files in folders lists them as they came") {
  const model::Checkpoint checkpoint = decode_checkpoint_answer(fixture("wire/checkpoint-core-v2.json"));
  CHECK(checkpoint.id == "fca3e11f-4d58-4b94-ba3a-cc9cbca52383");
  CHECK(described(checkpoint.files).find("metadata.json=") != std::string::npos);
  CHECK(model::total_bytes(checkpoint) > 0);
}

TEST_CASE("a metric that is no number is NaN") {
  const auto checkpoint = decode_checkpoint_answer(fixture("wire/checkpoint-not-a-number.json"));
  REQUIRE(checkpoint.searcher_metric.has_value());
  CHECK(std::isnan(*checkpoint.searcher_metric));
  CHECK(std::isnan(model::validation_metric(checkpoint, "validation_error").value()));
}

TEST_CASE("infinities in a recorded list are infinite") {
  int infinite = 0;
  for (const auto& checkpoint : listed(fixture("wire/checkpoints-not-finite.json"))) {
    if (std::isinf(checkpoint.searcher_metric.value_or(0))) ++infinite;
  }
  CHECK(infinite == 2);
}

TEST_CASE("a recorded list has every state") {
  std::string seen;
  for (const auto& checkpoint : listed(fixture("wire/checkpoints-states.json"))) {
    seen += checkpoint.id.substr(7, 1) + ":" + checkpoint.state_word + " ";
    const bool deleted = checkpoint.state == model::CheckpointState::deleted;
    CHECK(deleted == (checkpoint.state_word == "DELETED"));
  }
  CHECK(seen ==
        "8:COMPLETED 1:COMPLETED 2:DELETED 4:COMPLETED 5:COMPLETED 7:COMPLETED 3:PARTIALLY_DELETED "
        "6:COMPLETED ");
}

TEST_CASE("metadata without steps leave them unknown") {
  for (const auto& checkpoint : listed(fixture("wire/checkpoints-states.json"))) {
    if (checkpoint.id != "90000007-0000-4000-8000-000000000007") continue;
    CHECK(checkpoint.metadata.dump() == R"({"note":"no steps"})");
    CHECK(checkpoint.steps_completed == std::nullopt);
  }
}

TEST_CASE("the rows of one list share their experiment's configuration") {
  const auto checkpoints = listed(fixture("wire/checkpoints.json"));
  REQUIRE(checkpoints.size() == 2);
  CHECK(checkpoints[0].configuration != nullptr);
  CHECK(checkpoints[0].configuration == checkpoints[1].configuration);
}

TEST_CASE("rows with different configurations have their own") {
  const auto row = [](const std::string& metric) {
    return R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"STATE_COMPLETED","resources":{},"training":{"experimentConfig":{"searcher":{"metric":")" +
           metric + "\"}}}}";
  };
  const auto checkpoints = listed("{\"checkpoints\":[" + row("a") + "," + row("b") + "," + row("b") + "]}");
  CHECK(checkpoints[0].configuration->searcher.metric == "a");
  CHECK(checkpoints[1].configuration->searcher.metric == "b");
  CHECK(checkpoints[2].configuration == checkpoints[1].configuration);
}

TEST_CASE("fields may come in any order, unknown ones beside them") {
  const auto checkpoint = listed_alone(
      R"({"new":[{}],"training":{"newer":1,"searcherMetric":"-Infinity","experimentConfig":{"searcher":
      {"source_checkpoint_uuid":"w","source_trial_id":12,"smaller_is_better":false,"metric":"acc"},"checkpoint_storage":
      {"type":"directory","container_path":"/c"}},"experimentId":"5","trialId":6.0},"state":"STATE_FUTURE",
      "resources":{"b":1.0,"a":"2"},"uuid":"00000000-0000-4000-8000-000000000001"})");
  CHECK(checkpoint.id == "00000000-0000-4000-8000-000000000001");
  CHECK(checkpoint.state == model::CheckpointState::unknown);
  CHECK(checkpoint.state_word == "FUTURE");
  CHECK(described(checkpoint.files) == "b=1 a=2 ");
  CHECK(checkpoint.experiment_id == "5");
  CHECK(checkpoint.trial_id == "6");
  CHECK(checkpoint.searcher_metric == -std::numeric_limits<double>::infinity());
  const model::ExperimentConfiguration& configuration = *checkpoint.configuration;
  CHECK(configuration.storage.type == "directory");
  CHECK(configuration.storage.container_path == "/c");
  CHECK(configuration.gc_policy == model::GcPolicy{0, 1, 1});
  CHECK_FALSE(configuration.searcher.smaller_is_better);
  CHECK(configuration.searcher.source_trial_id == "12");
  CHECK(configuration.searcher.source_checkpoint_uuid == "w");
}

TEST_CASE("optional fields may be null or missing") {
  for (const char* rest :
       {"", R"(,"training":null,"metadata":null,"reportTime":null,"allocationId":null,"taskId":null)",
        R"(,"training":{"trialId":null,"experimentConfig":null,"searcherMetric":null})"}) {
    const auto checkpoint = listed_alone(
        R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"STATE_ACTIVE","resources":{})" +
        std::string(rest) + "}");
    CHECK(checkpoint.state == model::CheckpointState::active);
    CHECK(checkpoint.trial_id.empty());
    CHECK(checkpoint.metadata.is_null());
    CHECK(checkpoint.reported == std::nullopt);
    CHECK(checkpoint.configuration == nullptr);
  }
}

TEST_CASE("steps are a count wherever they read as one") {
  const auto steps = [](const std::string& value) {
    return listed_alone(
               R"({"uuid":"00000000-0000-4000-8000-000000000001","state":"S","resources":{},"metadata":{"steps_completed":)" +
               value + "}}")
        .steps_completed;
  };
  CHECK(steps("12") == 12);
  CHECK(steps("12.0") == 12);
  CHECK(steps("\"12\"") == 12);
  CHECK(steps("12.5") == std::nullopt);
  CHECK(steps("{}") == std::nullopt);
  CHECK(steps("null") == std::nullopt);
  CHECK(steps("18446744073709551615") == std::nullopt);
}
