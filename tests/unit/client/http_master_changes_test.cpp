#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::answer;
using det::testing::AskedMaster;
using det::testing::error_of;
using det::testing::fixture;

namespace {

const std::string api = "http://m:8080/api/v1";
const std::string workspaces = "GET " + api + "/workspaces?nameCaseSensitive=A%20b";
const std::string projects = "GET " + api + "/workspaces/4/projects?name=base";

AskedMaster& expect_workspace(AskedMaster& asked) {
  asked.transport.expect(workspaces, answer(200, R"({"workspaces":[{"id":4,"name":"A b"}]})"))
      .expect("GET " + api + "/workspaces/4", answer(200, R"({"workspace":{"id":4,"name":"A b"}})"));
  return asked;
}

}  // namespace

TEST_CASE("a policy is patched as the official client patches it") {
  AskedMaster asked;
  asked.transport.expect(
      "PATCH " + api + "/experiments/17",
      R"({"id":17,"checkpointStorage":{"saveExperimentBest":2,"saveTrialBest":1,"saveTrialLatest":1}})",
      answer(200, fixture("wire/patched-experiment.json")));
  CHECK(asked.master->set_gc_policy("17", {2, 1, 1}).empty());
  CHECK(det::testing::header(asked.transport.requests().at(0), "Content-Type") == "application/json");
}

TEST_CASE("a patch that no master answered is a failure") {
  AskedMaster asked;
  asked.transport.expect("PATCH " + api + "/experiments/17", answer(200, "<html>welcome</html>"))
      .expect("PATCH " + api + "/experiments/17", answer(200, "{}"));
  CHECK(error_of([&] { asked.master->set_gc_policy("17", {}); }).failure == Failure::master);
  CHECK(error_of([&] { asked.master->change_experiment("17", {.name = "x"}); }).message ==
        "the master's answer is not valid: experiment is missing");
}

TEST_CASE("an experiment is changed by a patch or by one word") {
  AskedMaster asked;
  asked.transport
      .expect("PATCH " + api + "/experiments/17", R"({"id":17,"resources":{"weight":2.5}})",
              answer(200, fixture("wire/patched-experiment.json")))
      .expect("POST " + api + "/experiments/17/activate", "", answer(200, "{}"))
      .expect("POST " + api + "/experiments/17/archive", "", answer(200, "{}"))
      .expect("POST " + api + "/experiments/17/cancel", "", answer(200, "{}"))
      .expect("POST " + api + "/experiments/17/kill", "", answer(200, "{}"))
      .expect("POST " + api + "/experiments/17/pause", "", answer(200, "{}"))
      .expect("POST " + api + "/experiments/17/unarchive", "", answer(200, "{}"));
  asked.master->change_experiment("17", {.weight = 2.5});
  using Verb = client::ExperimentVerb;
  for (const auto verb :
       {Verb::activate, Verb::archive, Verb::cancel, Verb::kill, Verb::pause, Verb::unarchive}) {
    asked.master->change_experiment("17", verb);
  }
}

TEST_CASE("a verb that the master refuses, or that no master answered, is a failure") {
  AskedMaster asked;
  asked.transport
      .expect("POST " + api + "/experiments/4/pause",
              answer(400, R"({"error":{"code":400,"error":"experiment in terminal state"}})"))
      .expect("POST " + api + "/experiments/4/pause", answer(200, "<html></html>"))
      .expect("POST " + api + "/experiments/4/pause", answer(200, R"({"error":{"code":500}})"));
  const auto pause = [&] { asked.master->change_experiment("4", client::ExperimentVerb::pause); };
  CHECK(error_of(pause).message == "experiment in terminal state");
  CHECK(error_of(pause).failure == Failure::master);
  CHECK(error_of(pause).message == "the master's answer is not valid: it is that of a failure");
}

TEST_CASE("experiments and trials are deleted, killed and told how long to keep logs") {
  AskedMaster asked;
  asked.transport.expect("DELETE " + api + "/experiments/5", "", answer(200, "{}"))
      .expect("DELETE " + api + "/experiments/5/tensorboard-files", "", answer(200, "{}"))
      .expect("POST " + api + "/trials/7/kill", "", answer(200, "{}"))
      .expect("PUT " + api + "/experiments/5/retain_logs", R"({"experimentId":5,"numDays":90})",
              answer(200, "{}"))
      .expect("PUT " + api + "/trials/7/retain_logs", R"({"trialId":7,"numDays":-1})", answer(200, "{}"));
  asked.master->delete_experiment("5");
  asked.master->delete_tensorboard_files("5");
  asked.master->kill_trial("7");
  asked.master->retain_experiment_logs("5", 90);
  asked.master->retain_trial_logs("7", -1);
}

TEST_CASE("an experiment is moved to a project by its id") {
  AskedMaster asked;
  asked.transport.expect("POST " + api + "/experiments/5/move",
                         R"({"destinationProjectId":7,"experimentId":5})", answer(200, "{}"));
  asked.master->move_experiment("5", "7");
}

TEST_CASE("of several projects the one of this very name is meant") {
  AskedMaster asked;
  expect_workspace(asked).transport.expect(
      projects, answer(200, R"({"projects":[{"id":7,"name":"BASE"},{"id":8,"name":"base"}]})"));
  CHECK(asked.master->project_id("A b", "base") == "8");
}

TEST_CASE("a project whose name differs in case only is found, too") {
  AskedMaster asked;
  expect_workspace(asked).transport.expect(projects, answer(200, R"({"projects":[{"id":7,"name":"BASE"}]})"));
  CHECK(asked.master->project_id("A b", "base") == "7");
}

TEST_CASE("a workspace or project that is not there is named") {
  AskedMaster asked;
  asked.transport.expect(workspaces, answer(200, R"({"workspaces":[]})"));
  CHECK(error_of([&] { asked.master->project_id("A b", "base"); }).message == "workspace 'A b' not found");
  expect_workspace(asked).transport.expect(projects, answer(200, R"({"projects":[]})"));
  const auto error = error_of([&] { asked.master->project_id("A b", "base"); });
  CHECK(error.message == "project 'base' not found");
  CHECK(error.failure == Failure::not_found);
}

TEST_CASE("a change of what has no number asks nothing") {
  AskedMaster asked;
  CHECK(error_of([&] { asked.master->set_gc_policy("", {}); }).failure == Failure::usage);
  CHECK(error_of([&] { asked.master->delete_experiment("../me"); }).failure == Failure::usage);
  CHECK(error_of([&] { asked.master->kill_trial("7/x"); }).failure == Failure::usage);
  CHECK(error_of([&] { asked.master->move_experiment("5", "7?x"); }).failure == Failure::usage);
}
