#include "wire/experiment_changes.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "model/error.hpp"
#include "tests/unit/wire/refusal.hpp"
#include "wire/tree.hpp"
#include "wire/workspace.hpp"

using namespace det;
using det::testing::refusal;

// Bodies as the official client 0.38.1 sends them.
namespace {

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

TEST_CASE("a patch is sent with what it changes, as the official client sends it") {
  CHECK(wire::encode_experiment_patch(
            17, {.save_experiment_best = 2, .save_trial_best = 1, .save_trial_latest = 1}) ==
        R"({"id":17,"checkpointStorage":{"saveExperimentBest":2,"saveTrialBest":1,"saveTrialLatest":1}})");
  CHECK(wire::encode_experiment_patch(
            3, {.name = "n", .description = "", .notes = "", .labels = std::vector<std::string>{"foo"}}) ==
        R"({"id":3,"description":"","labels":["foo"],"name":"n","notes":""})");
  CHECK(wire::encode_experiment_patch(1, {.priority = 3}) == R"({"id":1,"resources":{"priority":3}})");
  CHECK(wire::encode_experiment_patch(1, {.weight = 2.0}) == R"({"id":1,"resources":{"weight":2.0}})");
  CHECK(wire::encode_experiment_patch(1, {.max_slots = 2}) == R"({"id":1,"resources":{"maxSlots":2}})");
  CHECK(wire::encode_experiment_patch(1, {.max_slots = std::optional<std::int64_t>()}) ==
        R"({"id":1,"resources":{"maxSlots":null}})");
}

TEST_CASE("a text of a patch that is not UTF-8 is sent with U+FFFD") {
  CHECK(wire::encode_experiment_patch(1, {.name = "a\xff"}) == "{\"id\":1,\"name\":\"a\xef\xbf\xbd\"}");
}

TEST_CASE("a patch names what it changes") {
  const auto patch = wire::decode_experiment_patch(
      R"({"id":17,"labels":[],"checkpointStorage":{"saveExperimentBest":2,"saveTrialBest":1}})");
  CHECK(patch.labels == std::vector<std::string>());
  CHECK_FALSE(patch.name);
  CHECK_FALSE(patch.max_slots);
  CHECK(patch.save_experiment_best == 2);
  CHECK_FALSE(patch.save_trial_latest);
  CHECK(patch.changes_policy());
  CHECK(refused([] { wire::decode_experiment_patch(R"({"checkpointStorage":{"saveTrialBest":-1}})"); }) ==
        "saveTrialBest must be >= 0");
}

TEST_CASE("a bound on slots that is null is one to take away") {
  const auto bound = wire::decode_experiment_patch(R"({"resources":{"maxSlots":4}})").max_slots;
  REQUIRE(bound);
  CHECK(*bound == 4);
  const auto none = wire::decode_experiment_patch(R"({"resources":{"max_slots":null}})").max_slots;
  REQUIRE(none);
  CHECK_FALSE(*none);
}

TEST_CASE("a move and a retention of logs name what they are of") {
  CHECK(wire::encode_move(5, 7) == R"({"destinationProjectId":7,"experimentId":5})");
  CHECK(wire::decode_destination_project(wire::encode_move(5, 7)) == 7);
  CHECK(refused([] { wire::decode_destination_project("{}"); }) == "request.destinationProjectId is missing");
  CHECK(wire::encode_experiment_log_retention(1, -1) == R"({"experimentId":1,"numDays":-1})");
  CHECK(wire::encode_trial_log_retention(2, 30) == R"({"trialId":2,"numDays":30})");
  CHECK(wire::decode_log_retention(R"({"experimentId":1,"numDays":-1})") == -1);
}

TEST_CASE("workspaces and projects come with their ids and names") {
  const auto found = wire::decode_named(
      wire::parse_tree(R"({"projects":[{"id":7,"name":"a"},{"id":8,"name":""}]})"), "projects");
  REQUIRE(found.size() == 2);
  CHECK(found[0].id == "7");
  CHECK(found[0].name == "a");
  CHECK(wire::decode_workspace_id(wire::parse_tree(R"({"workspace":{"id":4}})")) == "4");
}

TEST_CASE("a list of workspaces that says too little is refused") {
  const auto named = [](const char* text) { wire::decode_named(wire::parse_tree(text), "workspaces"); };
  const std::string start = "the master's answer is not valid: ";
  CHECK(refusal([&] { named("{}"); }) == start + "workspaces is missing");
  CHECK(refusal([&] { named(R"({"workspaces":3})"); }) == start + "workspaces is not a list");
  CHECK(refusal([&] { named(R"({"workspaces":[7]})"); }) == start + "workspaces[0] is not an object");
  CHECK(refusal([&] { named(R"({"workspaces":[{"id":1}]})"); }) == start + "workspaces[0].name is missing");
}
