#include "wire/requests.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "model/error.hpp"

using namespace det;

// Bodies as the official client 0.38.1 sends them.
namespace {

const std::string uuid = "a0000005-0000-4000-8000-000000000005";

template <typename Attempt>
std::string refused(const Attempt& attempt) {
  try {
    attempt();
  } catch (const Error& error) {
    return error.failure == Failure::usage ? error.message : "another failure: " + error.message;
  }
  return "no error";
}

}  // namespace

TEST_CASE("a login says whether its password is hashed") {
  const auto login = wire::decode_login_request(R"({"username":"ada","password":"x","isHashed":true})");
  CHECK(login.username == "ada");
  CHECK(login.hashed);
  CHECK_FALSE(wire::decode_login_request(R"({"username":"ada","password":""})").hashed);
}

TEST_CASE("null in a request means absent, and names may be in snake_case") {
  const auto experiment = wire::decode_new_experiment(
      R"({"config":"name: x","parentId":null,"project_id":3,"validate_only":true})");
  CHECK(experiment.configuration == "name: x");
  CHECK_FALSE(experiment.parent_id);
  CHECK(experiment.project_id == 3);
  CHECK(experiment.validate_only);
}

TEST_CASE("trials come bare or wrapped") {
  CHECK(
      wire::decode_new_trial(R"({"experimentId":"4","hparams":{"lr":0.1},"unmanaged":true})").experiment_id ==
      4);
  const auto put = wire::decode_put_trial(
      R"({"createTrialRequest":{"experimentId":4,"hparams":{}},"externalTrialId":"run"})");
  CHECK(put.external_id == "run");
  CHECK(put.hparams == "{}");
  CHECK(refused([] { wire::decode_put_trial("{}"); }) == "request.createTrialRequest is missing");
  CHECK(refused([] { wire::decode_new_trial("{}"); }) == "trial.experimentId is missing");
}

TEST_CASE("metrics keep what is no number as it was reported") {
  const auto report = wire::decode_metric_report(
      R"({"group":"training","metrics":{"trialId":1,"trialRunId":2,"stepsCompleted":3,"reportTime":null,)"
      R"("metrics":{"avgMetrics":{"loss":"NaN","big":1e300,"tag":{"a":[1]}},"batchMetrics":[{"x":1}]}}})");
  CHECK(report.group == "training");
  CHECK(report.run_id == 2);
  CHECK(report.steps == 3);
  CHECK_FALSE(report.reported);
  CHECK(report.metrics == R"({"loss":"NaN","big":1e+300,"tag":{"a":[1]}})");
  CHECK(report.batch_metrics == R"([{"x":1}])");
}

TEST_CASE("metrics without their group's name come in the older calls") {
  const auto report = wire::decode_metric_report(
      R"({"trialId":1,"trialRunId":1,"stepsCompleted":3,"metrics":{"avgMetrics":{},"batchMetrics":null}})",
      "validation");
  CHECK(report.group == "validation");
  CHECK_FALSE(report.batch_metrics);
  CHECK(refused([] { wire::decode_metric_report(R"({"metrics":[]})", "validation"); }) ==
        "metrics.metrics is not an object");
}

TEST_CASE("a checkpoint is decoded with its files by path and its steps") {
  const auto checkpoint = wire::decode_reported_checkpoint(
      R"({"uuid":"A0000005-0000-4000-8000-000000000005","taskId":"5.x","allocationId":null,"storageId":1,)"
      R"("metadata":{"steps_completed":500,"k":"v"},"reportTime":"2026-11-20T23:56:48.565190+00:00",)"
      R"("resources":{"b":"2","a/":"0"},"state":"STATE_COMPLETED","training":{"trialId":6}})");
  CHECK(checkpoint.id == uuid);
  CHECK(checkpoint.storage_id == 1);
  CHECK(checkpoint.steps_completed == 500);
  CHECK(checkpoint.metadata == R"({"steps_completed":500,"k":"v"})");
  REQUIRE(checkpoint.files.size() == 2);
  CHECK(checkpoint.files[0].path == "a/");
  CHECK(checkpoint.files[1].size_bytes == 2);
  CHECK(checkpoint.trial_id == 6);
  CHECK(checkpoint.state == model::CheckpointState::completed);
}

TEST_CASE("a checkpoint that says too little, or what cannot be, is refused") {
  const auto decode = [](const std::string& rest) {
    return refused([&] { wire::decode_reported_checkpoint(R"({"uuid":")" + uuid + "\"" + rest + "}"); });
  };
  CHECK(decode("") == "no error");
  CHECK(decode(R"(,"state":"NOPE")") == "NOPE is not a valid checkpointv1.State");
  CHECK(decode(R"(,"resources":{"a":"-1"})") == "resources.a is below 0");
  CHECK(decode(R"(,"resources":{"a":"x"})") == "resources.a is not a whole number");
  for (const auto* path :
       {"", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", "a\\nb", "a\\rb", "a\\u0000b"}) {
    CAPTURE(path);
    CHECK(decode(std::string(",\"resources\":{\"") + path + "\":1}") ==
          "resources has a path that leads elsewhere");
  }
  CHECK(decode(R"(,"reportTime":"noon")") == "checkpoint.reportTime is not a time");
  CHECK(decode(R"(,"metadata":[])") == "checkpoint.metadata is not an object");
  CHECK(decode(R"(,"training":3)") == "checkpoint.training is not an object");
}

TEST_CASE("new metadata comes wrapped in its checkpoint") {
  const auto metadata = wire::decode_checkpoint_metadata(
      R"({"checkpoint":{"uuid":"x","metadata":{"steps_completed":7,"a":null},"resources":{},"training":{}}})");
  CHECK(metadata.metadata == R"({"steps_completed":7,"a":null})");
  CHECK(metadata.steps_completed == 7);
  CHECK_FALSE(wire::decode_checkpoint_metadata(R"({"metadata":{"steps_completed":"7"}})").steps_completed);
}

TEST_CASE("a removal names uuids and globs, which are checked") {
  const auto removal =
      wire::decode_removal(R"({"checkpointUuids":[")" + uuid + R"("],"checkpointGlobs":["a/**"]})");
  CHECK(removal.uuids == std::vector{uuid});
  CHECK(removal.globs == std::vector<std::string>{"a/**"});
  CHECK(refused([] { wire::decode_removal(R"({"checkpointUuids":["nope"]})"); }) ==
        "converting checkpoint: string nope is not a valid uuid");
  CHECK(refused([] { wire::decode_removal(R"({"checkpointGlobs":[""]})"); }) ==
        "cannot have empty string glob");
  CHECK(refused([] { wire::decode_removal(R"({"checkpointGlobs":[1]})"); }) ==
        "request.checkpointGlobs holds something that is not a string");
}

TEST_CASE("what lies in storage comes checkpoint by checkpoint") {
  const auto found = wire::decode_checkpoint_files(
      R"({"checkpoints":[{"uuid":")" + uuid + R"(","resources":{"resources":{"m":"28"}}},{"uuid":")" + uuid +
      R"(","resources":{"resources":{}}},{"uuid":")" + uuid + R"("}]})");
  REQUIRE(found.size() == 2);
  CHECK(found[0].files.size() == 1);
  CHECK(found[1].files.empty());
}

TEST_CASE("what a trial says of itself is read") {
  CHECK(wire::decode_trial_state(R"({"trialId":1,"state":"STATE_RUNNING"})") == "RUNNING");
  CHECK_FALSE(wire::decode_trial_state(R"({"trialId":1})"));
  CHECK(wire::decode_runner_state(R"({"state":"training"})") == "training");
  CHECK(wire::decode_progress(R"({"progress":0.5,"is_raw":true})") == 0.5);
  CHECK(refused([] { wire::decode_progress(R"({"progress":"NaN"})"); }) == "request.progress is not finite");
  CHECK(wire::decode_run_metadata(R"({"metadata":{"a":1},"runId":2})") == R"({"a":1})");
  const auto start = wire::decode_run_start(R"({"runId":2,"checkpointStorage":{"type":"shared_fs"}})");
  CHECK(start.storage == R"({"type":"shared_fs"})");
  CHECK_FALSE(wire::decode_run_start(R"({"runId":2,"checkpointStorage":null})").storage);
}

TEST_CASE("lines of a log come in a list, bare or wrapped") {
  const auto detached = wire::decode_task_logs(
      R"( [{"task_id":"2.7a","timestamp":"2026-11-20T23:57:01.318578+00:00","rank":"0","log":"latest\n"}])");
  REQUIRE(detached.size() == 1);
  CHECK(detached[0].task_id == "2.7a");
  CHECK(detached[0].rank == 0);
  CHECK(detached[0].text == "latest\n");
  const auto shipped = wire::decode_task_logs(
      R"({"logs":[{"stdtype":"stderr","task_id":"1.9","allocation_id":"1.9.1","trial_id":"1","container_id":"c",)"
      R"("agent_id":"local","source":"task","level":"LOG_LEVEL_INFO","rank_id":3,"log":"x"}]})");
  CHECK(shipped[0].trial_id == 1);
  CHECK(shipped[0].level == "INFO");
  CHECK(shipped[0].rank == 3);
  CHECK(refused([] { wire::decode_task_logs(R"([{"log":"x"}])"); }) == "log.taskId is missing");
  CHECK(wire::decode_task_logs("").empty());
}

TEST_CASE("models and versions are decoded with what they leave out") {
  const auto made =
      wire::decode_new_model(R"({"name":"m","labels":["a"],"metadata":{"k":1},"workspaceId":1})");
  CHECK(made.labels == std::vector<std::string>{"a"});
  CHECK(made.metadata == R"({"k":1})");
  CHECK(made.workspace_id == 1);
  CHECK(refused([] { wire::decode_new_model(R"({"name":""})"); }) == "model.name is missing");
  const auto patch = wire::decode_model_patch(R"({"modelVersion":{"comment":"c","labels":null}})");
  CHECK(patch.comment == "c");
  CHECK_FALSE(patch.labels);
  CHECK(wire::decode_new_model_version(R"({"modelName":"m","checkpointUuid":")" + uuid + R"("})")
            .checkpoint_id == uuid);
  CHECK(wire::decode_destination_workspace(R"({"destinationWorkspaceId":"4"})") == 4);
}

TEST_CASE("a body that is no JSON object is refused") {
  CHECK(refused([] { wire::decode_new_model("[1]"); }) == "the request's body is no valid JSON object");
  CHECK(refused([] { wire::decode_new_model("{\"name\":"); }) ==
        "the request's body is no valid JSON object");
  CHECK(refused([] { wire::decode_new_model("{\"name\":\"\xff\"}"); }) ==
        "the request's body is no valid JSON object");
}
