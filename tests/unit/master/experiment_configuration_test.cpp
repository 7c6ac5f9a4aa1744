#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "master/experiment_configuration.hpp"
#include "model/error.hpp"
#include "model/json.hpp"
#include "tests/support/fixture.hpp"

using det::master::ConfigurationDefaults;
using det::model::Json;

namespace {

const ConfigurationDefaults defaults{
    .storage = R"({"type":"shared_fs","host_path":"/lab/storage"})", .name = "unnamed", .seed = 7};
const std::string searcher = "searcher: {name: single, metric: loss}\n";

det::master::ExperimentConfiguration read(const std::string& text) {
  return det::master::read_experiment_configuration(text, defaults);
}

Json tree(const std::string& text) {
  return Json::parse(read(text).document);
}

// Without what all refusals begin with.
std::string refusal(const std::string& text) {
  const std::string start = "invalid experiment configuration: ";
  try {
    read(text);
  } catch (const det::Error& error) {
    REQUIRE(error.failure == det::Failure::usage);
    REQUIRE(error.message.starts_with(start));
    return error.message.substr(start.size());
  }
  return "taken";
}

}  // namespace

TEST_CASE("a configuration is completed as a real master completes it") {
  const auto recorded = Json::parse(det::testing::fixture("wire/experiment.json")).at("experiment");
  auto ours = tree(recorded.at("originalConfig").get<std::string>());
  ours["reproducibility"] = recorded.at("config").at("reproducibility");
  CHECK(ours.dump(1) == recorded.at("config").dump(1));
}

TEST_CASE("what a configuration says is read off it") {
  const auto read_off = read(
      "name: x\ndescription: d\nlabels: [a, a, b]\n"
      "searcher: {name: random, metric: m, max_trials: 3, smaller_is_better: n}\n");
  CHECK(read_off.name == "x");
  CHECK(read_off.description == "d");
  CHECK(read_off.labels == std::vector<std::string>{"a", "b"});
  CHECK(read_off.searcher_name == "random");
  CHECK(read_off.searcher_metric == "m");
  CHECK_FALSE(read_off.smaller_is_better);
}

TEST_CASE("null in a configuration is as good as absent") {
  const auto configuration = tree(
      "name: null\ndata: null\nlabels: null\nmax_restarts: null\nworkspace: ~\n"
      "checkpoint_storage: {save_trial_best: 2, save_trial_latest: null}\n" +
      searcher);
  CHECK(configuration.at("name") == "unnamed");
  CHECK(configuration.at("max_restarts") == 5);
  CHECK(configuration.at("reproducibility").at("experiment_seed") == 7);
  CHECK(
      configuration.at("checkpoint_storage").dump() ==
      R"({"host_path":"/lab/storage","propagation":"rprivate","save_experiment_best":0,"save_trial_best":2,)"
      R"("save_trial_latest":1,"storage_path":null,"type":"shared_fs"})");
}

TEST_CASE("one image stands for all devices") {
  const auto environment =
      tree("environment: {image: i, environment_variables: [A=1]}\n" + searcher).at("environment");
  CHECK(environment.at("image").dump() == R"({"cpu":"i","cuda":"i","rocm":"i"})");
  CHECK(environment.at("environment_variables").at("cuda").dump() == R"(["A=1"])");
  CHECK(tree("environment: {image: {gpu: g}}\n" + searcher).at("environment").at("image").at("cuda") == "g");
}

TEST_CASE("a configuration is refused in a real master's words") {
  CHECK(refusal("bogus: 1\n" + searcher) == "<config>: additionalProperties \"bogus\" not allowed");
  CHECK(refusal("max_restarts: x\n" + searcher) ==
        "<config>.max_restarts: expected integer or null, but got string");
  CHECK(refusal("max_restarts: -1\n" + searcher) == "<config>.max_restarts: must be >= 0 but found -1");
  CHECK(refusal("name: x") == "<config>: searcher is a required property");
  CHECK(refusal("name: n\n" + searcher) == "<config>.name: expected string or null, but got boolean");
  CHECK(refusal("searcher: {name: single}") == "<config>.searcher: metric is a required property");
  CHECK(refusal("searcher: {name: random, metric: x}") ==
        "<config>.searcher: max_trials is a required property");
  CHECK(refusal("searcher: {name: adaptive_asha, metric: x, max_trials: 2, max_length: 5}") ==
        "<config>.searcher: the 'adaptive_asha' searcher requires 'max_time' and 'time_metric' to be set");
  CHECK(refusal("searcher: {name: custom, metric: x}") ==
        "<config>.searcher: the 'custom' searcher has been removed");
  CHECK(refusal("searcher: {metric: x}")
            .starts_with("<config>.searcher: is not an object where object[\"name\"]"));
  CHECK(refusal("searcher: 5") == "<config>.searcher: expected object or null, but got number");
  CHECK(refusal("labels: [1]\n" + searcher) == "<config>.labels[0]: expected string, but got number");
  CHECK(refusal("[1, 2]") == "<config>: expected object, but got array");
  CHECK(refusal("a: [") == "line 1: end of sequence flow not found");
}

TEST_CASE("a storage that no checkpoint could be kept in is refused") {
  const auto refused = [](const std::string& storage) {
    return refusal("checkpoint_storage: {" + storage + "}\n" + searcher);
  };
  CHECK(refused("type: ftp")
            .starts_with("<config>.checkpoint_storage: is not an object where object[\"type\"]"));
  CHECK(refused("type: directory") == "<config>.checkpoint_storage: container_path is a required property");
  CHECK(refused("type: s3") == "<config>.checkpoint_storage: bucket is a required property");
  CHECK(refused("host_path: data") == "<config>.checkpoint_storage.host_path: must be an absolute path");
  const std::string outside =
      "<config>.checkpoint_storage.storage_path: must be a relative path or a subdirectory of host_path";
  CHECK(refused("storage_path: a/../../b") == outside);
  CHECK(refused("storage_path: /etc") == outside);
  CHECK(refused("storage_path: /lab/storage/a") == "taken");
  CHECK(refused("save_trial_best: -1") ==
        "<config>.checkpoint_storage.save_trial_best: must be >= 0 but found -1");
  CHECK(refused("save_trial_best: 3000000000") ==
        "<config>.checkpoint_storage.save_trial_best: must be <= 2147483647 but found 3000000000");
  CHECK_THROWS_WITH(det::master::read_experiment_configuration(searcher, {}),
                    "invalid experiment configuration: <config>: checkpoint_storage is a required property");
}

TEST_CASE("a change is written into a stored configuration") {
  const auto stored = read("name: old\n" + searcher).document;
  const auto changed = Json::parse(det::master::changed_configuration(
      stored, {.name = "new", .labels = std::vector<std::string>{"l"}, .save_experiment_best = 4}));
  CHECK(changed.at("name") == "new");
  CHECK(changed.at("labels").dump() == R"(["l"])");
  CHECK(changed.at("checkpoint_storage").at("save_experiment_best") == 4);
  CHECK(changed.at("checkpoint_storage").at("save_trial_best") == 1);
  CHECK(det::master::changed_configuration(stored, {}) == stored);
  CHECK(det::master::storage_of_configuration(stored) ==
        R"({"host_path":"/lab/storage","propagation":"rprivate","storage_path":null,"type":"shared_fs"})");
  CHECK(det::master::storage_of_configuration("{}") == "{}");
}

TEST_CASE("random changes of a configuration are read or refused") {
  const std::string good =
      "name: x\nsearcher: {name: single, metric: loss}\nresources: {slots_per_trial: 2}\n";
  std::mt19937 random(2);
  for (int round = 0; round < 5'000; ++round) {
    auto text = good;
    for (auto left = random() % 4; left > 0; --left) {
      text[random() % text.size()] = static_cast<char>(1 + random() % 255);
    }
    CHECK_NOTHROW(refusal(text));
  }
}
