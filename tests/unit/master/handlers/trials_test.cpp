#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "master/clock.hpp"
#include "master/endings.hpp"
#include "tests/support/fixture.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

using det::model::Json;
using det::testing::Answered;
using det::testing::keys;
using det::testing::MasterFixture;
using det::testing::uuid;

namespace {

Json recorded(const std::string& name) {
  return Json::parse(det::testing::fixture("wire/" + name));
}

// A master with unmanaged experiment 1.
struct Detached : MasterFixture {
  Detached() {
    const Json body{{"config",
                     "searcher: {name: single, metric: loss}\n"
                     "checkpoint_storage: {type: directory, container_path: /data}"},
                    {"unmanaged", true}};
    REQUIRE(post("/api/v1/experiments", body.dump()).status == 200);
    services().collection.on_experiment_ended = [this](std::int64_t id) { ended.push_back(id); };
  }

  // Its next trial; by number, as all below.
  int create() {
    return post("/api/v1/trials", R"({"experimentId":1,"hparams":{"lr":0.1},"unmanaged":true})")
        .json.at("trial")
        .at("id");
  }
  static std::string path(int trial) { return "/api/v1/trials/" + std::to_string(trial); }
  Answered start(int trial) { return post(path(trial) + "/start", R"({"resume":true})"); }
  Answered say(int trial, const std::string& state) {
    return patch(path(trial), Json{{"trialId", trial}, {"state", "STATE_" + state}}.dump());
  }
  void run(int trial) {
    REQUIRE(start(trial).status == 200);
    REQUIRE(say(trial, "RUNNING").status == 200);
  }
  std::string state(int trial) { return get(path(trial)).json.at("trial").at("state"); }
  std::string experiment_state() { return get("/api/v1/experiments/1").json.at("experiment").at("state"); }

  std::vector<std::int64_t> ended;  // experiments, as the collector was told
};

}  // namespace

TEST_CASE("a trial that was created is described as a real master describes it") {
  Detached master;
  const auto trial = master.create();
  master.run(trial);
  master.report(trial, "training", 1, R"({"loss":2})");
  master.report(trial, "validation", 1, R"({"loss":1})");
  master.add_checkpoint(trial, uuid(1), 1);
  REQUIRE(master.say(trial, "COMPLETED").status == 200);
  const auto answer = master.get("/api/v1/trials/1").json;
  auto described = keys(answer.at("trial"));
  auto known = keys(recorded("trial.json").at("trial"));
  CHECK(described == known);
  CHECK(answer.at("trial").at("taskId").get<std::string>().starts_with("1."));
  CHECK(answer.at("trial").at("hparams").dump() == R"({"lr":0.1})");
  const auto list = master.get("/api/v1/experiments/1/trials").json;
  CHECK(keys(list) == keys(recorded("trials.json")));
  CHECK(list.at("trials").at(0) == answer.at("trial"));
}

TEST_CASE("a detached run goes from start to end and can be resumed") {
  Detached master;
  const std::string body =
      R"({"createTrialRequest":{"experimentId":1,"hparams":{},"unmanaged":true},"externalTrialId":"t"})";
  CHECK(master.put("/api/v1/trials", body).json.at("trial").at("state") == "STATE_PAUSED");
  CHECK(master.start(1).text == R"({"trialRunId":1,"stepsCompleted":0})");
  CHECK(master
            .post("/api/v1/runs/start",
                  R"({"runId":1,"checkpointStorage":{"type":"directory","container_path":"/data"}})")
            .text == R"({"storageId":1})");
  CHECK(master.post("/api/v1/runs/start", R"({"runId":1})").status == 200);
  CHECK(master.say(1, "RUNNING").json.at("trial").at("state") == "STATE_RUNNING");
  CHECK(master.experiment_state() == "STATE_RUNNING");
  CHECK(master.patch("/api/v1/trials/1", R"({"trialId":1})").status == 200);
  master.add_checkpoint(1, uuid(1), 10);
  CHECK(master.say(1, "COMPLETED").json.at("trial").at("endTime").is_string());
  CHECK(master.experiment_state() == "STATE_COMPLETED");
  CHECK(master.ended == std::vector<std::int64_t>{1});

  CHECK(master.put("/api/v1/trials", body).json.at("trial").at("id") == 1);
  CHECK(master.start(1).json ==
        Json{{"trialRunId", 2}, {"stepsCompleted", 10}, {"latestCheckpoint", uuid(1)}});
  CHECK(master.say(1, "RUNNING").status == 200);
  CHECK(master.experiment_state() == "STATE_RUNNING");
  CHECK(master.get("/api/v1/trials/1").json.at("trial").at("endTime").is_null());
  CHECK(master.get("/api/v1/trials/by-external-id/none/t").status == 404);
}

TEST_CASE("what has ended runs again only when it is started again") {
  Detached master;
  master.run(master.create());
  REQUIRE(master.say(1, "ERROR").status == 200);
  CHECK(master.say(1, "ERROR").status == 200);
  CHECK(master.say(1, "RUNNING").error() == "trial '1' has ended as ERROR: start it again to go on");
  CHECK(master.say(1, "COMPLETED").status == 400);
  CHECK(master.patch("/api/v1/trials/1", "{}").status == 200);
  CHECK(master.experiment_state() == "STATE_ERROR");
  master.create();
  CHECK(master.say(2, "RUNNING").error() ==
        "experiment '1' has ended as ERROR: start the trial again to go on");
  master.run(2);
  CHECK(master.experiment_state() == "STATE_RUNNING");
  CHECK(master.ended == std::vector<std::int64_t>{1});
}

TEST_CASE("an experiment ends with the last of its trials and fails only when all have failed") {
  Detached master;
  for (int trial = 1; trial <= 3; ++trial) master.run(master.create());
  REQUIRE(master.say(1, "ERROR").status == 200);
  REQUIRE(master.say(2, "COMPLETED").status == 200);
  CHECK(master.experiment_state() == "STATE_RUNNING");
  CHECK(master.post("/api/v1/trials/3/kill").status == 200);
  CHECK(master.post("/api/v1/trials/3/kill").status == 200);
  CHECK(master.state(3) == "STATE_CANCELED");
  CHECK(master.experiment_state() == "STATE_COMPLETED");
  CHECK(master.ended == std::vector<std::int64_t>{1});
}

TEST_CASE("the end of an experiment ends its trials") {
  Detached master;
  master.run(master.create());
  CHECK(master.post("/api/v1/experiments/1/kill").status == 200);
  CHECK(master.state(1) == "STATE_CANCELED");
  CHECK(master.say(1, "COMPLETED").status == 400);
}

TEST_CASE("a trial whose hyperparameters are invalid fails") {
  Detached master;
  master.run(master.create());
  CHECK(master.post("/api/v1/trials/1/early_exit", R"({"reason":"EXITED_REASON_NOPE"})").status == 400);
  CHECK(master.post("/api/v1/trials/1/early_exit", R"({"reason":"EXITED_REASON_INVALID_HP"})").status == 200);
  CHECK(master.experiment_state() == "STATE_ERROR");
}

TEST_CASE("a trial that is new is not started as if it were another one") {
  Detached master;
  master.create();
  CHECK(master.post("/api/v1/trials/1/start", R"({"resume":false})").status == 200);
  CHECK(master.post("/api/v1/trials/1/start", R"({"resume":false})").error() ==
        "trial '1' was started before: resume it, or create another one");
}

TEST_CASE("what a trial refers to must be there and be unmanaged") {
  Detached master;
  CHECK(master.post("/api/v1/trials", R"({"experimentId":9})").error() == "experiment '9' not found");
  CHECK(master.get("/api/v1/trials/9").error() == "trial '9' not found");
  CHECK(master.patch("/api/v1/trials/9", "{}").error() == "trial '9' not found");
  CHECK(master.post("/api/v1/trials/9/start", "{}").status == 404);
  CHECK(master.post("/api/v1/runs/start", R"({"runId":9})").status == 404);
  CHECK(master.get("/api/v1/experiments/9/trials").error() == "experiment '9' not found");
  master.add_experiment();
  CHECK(master.post("/api/v1/trials", R"({"experimentId":2})").error() ==
        "only unmanaged trials are supported");
  master.create();
  CHECK(master.say(1, "NOPE").error() == "STATE_NOPE is not a valid trialv1.State");
}

TEST_CASE("a run's progress, metadata and words about itself are kept") {
  Detached master;
  master.run(master.create());
  master.create();
  CHECK(master.post("/api/v1/trials/1/progress", R"({"trialId":1,"progress":0.5,"is_raw":true})").status ==
        200);
  CHECK(master.get("/api/v1/experiments/1").json.at("experiment").at("progress") == 0.25);
  CHECK(master.post("/api/v1/trials/1/progress", R"({"progress":"NaN"})").status == 400);
  CHECK(master.post("/api/v1/trials/1/runner/metadata", R"({"state":"fitting"})").status == 200);
  CHECK(master.get("/api/v1/trials/1").json.at("trial").at("runnerState") == "fitting");
  CHECK(master.get("/api/v1/runs/1/metadata").text == R"({"metadata":{}})");
  CHECK(master.post("/api/v1/runs/1/metadata", R"({"metadata":{"a":[1]},"runId":1})").text ==
        R"({"metadata":{"a":[1]}})");
  CHECK(master.get("/api/v1/runs/1/metadata").text == R"({"metadata":{"a":[1]}})");
}

TEST_CASE("trials are filtered, sorted and paged") {
  Detached master;
  for (int trial = 1; trial <= 3; ++trial) {
    master.run(master.create());
    master.report(trial, "validation", trial, R"({"loss":)" + std::to_string(5 - trial) + "}");
  }
  REQUIRE(master.say(2, "COMPLETED").status == 200);
  const auto listed = [&](const std::string& query) {
    std::string ids;
    const auto answer = master.get("/api/v1/experiments/1/trials?" + query);
    for (const auto& trial : answer.json.at("trials")) {
      ids += trial.at("id").dump() + " ";
    }
    return ids;
  };
  CHECK(listed("sortBy=SORT_BY_BEST_VALIDATION_METRIC") == "3 2 1 ");
  CHECK(listed("sortBy=SORT_BY_BATCHES_PROCESSED&orderBy=ORDER_BY_DESC") == "3 2 1 ");
  CHECK(listed("states=STATE_COMPLETED") == "2 ");
  CHECK(listed("limit=1&offset=1") == "2 ");
  CHECK(listed("offset=5").empty());
  CHECK(master.get("/api/v1/experiments/1/trials?sortBy=NOPE").error() ==
        "NOPE is not a valid apiv1.GetExperimentTrialsRequest_SortBy");
}

TEST_CASE("a trial's workloads come by steps, of the kinds that are asked for") {
  Detached master;
  master.run(master.create());
  master.report(1, "training", 1, R"({"loss":2})");
  master.report(1, "validation", 1, R"({"loss":1})");
  master.add_checkpoint(1, uuid(1), 1);
  const auto listed = [&](const std::string& query) {
    std::string kinds;
    const auto answer = master.get("/api/v1/trials/1/workloads?" + query);
    for (const auto& workload : answer.json.at("workloads")) {
      kinds += keys(workload).at(0) + " ";
    }
    return kinds;
  };
  CHECK(listed("offset=0&limit=500") == "training validation checkpoint ");
  CHECK(listed("orderBy=ORDER_BY_DESC") == "checkpoint validation training ");
  CHECK(listed("metricType=METRIC_TYPE_TRAINING") == "training checkpoint ");
  CHECK(listed("filter=FILTER_OPTION_CHECKPOINT") == "checkpoint ");
  CHECK(listed("limit=1&offset=1") == "validation ");
  const auto answer = master.get("/api/v1/trials/1/workloads?includeBatchMetrics=true").json;
  const auto known = recorded("workloads.json");
  CHECK(keys(answer) == keys(known));
  for (const auto& workload : known.at("workloads")) {
    const auto kind = keys(workload).at(0);
    for (const auto& ours : answer.at("workloads")) {
      if (ours.contains(kind)) CHECK(keys(ours.at(kind)) == keys(workload.at(kind)));
    }
  }
  CHECK(master.get("/api/v1/trials/9/workloads").error() == "trial '9' not found");
}

TEST_CASE("a run of which nothing is heard for long has failed") {
  Detached master;
  master.run(master.create());
  master.run(master.create());
  const auto started = det::master::now();
  const auto sweep = [&](std::chrono::seconds after) {
    const auto endings = det::master::sweep_silent_experiments(master.database(), started + after);
    det::master::tell_of(master.services(), endings);
    return endings.trials;
  };
  CHECK(sweep(std::chrono::minutes(14)).empty());
  // A report is a sign of life, too.
  const auto late = started + std::chrono::minutes(10);
  master.report(2, "training", late.time_since_epoch() / std::chrono::seconds(1), R"({"loss":1})");
  CHECK(sweep(std::chrono::minutes(16)) == std::vector<std::int64_t>{1});
  CHECK(master.state(1) == "STATE_ERROR");
  CHECK(master.experiment_state() == "STATE_RUNNING");
  CHECK(sweep(std::chrono::minutes(26)) == std::vector<std::int64_t>{2});
  CHECK(master.experiment_state() == "STATE_ERROR");
  CHECK(sweep(std::chrono::minutes(60)).empty());
  CHECK(master.ended == std::vector<std::int64_t>{1});
}

TEST_CASE("an experiment that never ran is not ended for its silence") {
  Detached master;
  master.create();
  const auto much_later = det::master::now() + std::chrono::hours(24);
  CHECK(det::master::sweep_silent_experiments(master.database(), much_later).trials.empty());
  CHECK(master.experiment_state() == "STATE_PAUSED");
}
