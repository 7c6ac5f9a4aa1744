#include "wire/experiment.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/refusal.hpp"
#include "wire/time.hpp"
#include "wire/tree.hpp"

using namespace det;
using det::testing::fixture;
using det::testing::refusal;
using wire::decode_experiment;
using wire::parse_time;
using wire::parse_tree;

namespace {

model::Experiment decoded(const std::string& text) {
  return decode_experiment(parse_tree(text), {"experiments", nullptr, 3});
}

}  // namespace

TEST_CASE("a recorded experiment comes with all that it says") {
  const auto experiment =
      decode_experiment(parse_tree(fixture("wire/experiment.json"))["experiment"], {"experiment"});
  CHECK(experiment.id == "5");
  CHECK(experiment.name == "seed-table");
  CHECK(experiment.description == "seeded seed-table");
  CHECK(experiment.owner == "determined");
  CHECK(experiment.state == "COMPLETED");
  CHECK_FALSE(experiment.archived);
  CHECK(experiment.progress == 1.0);
  CHECK(experiment.started == parse_time("2026-11-20T23:56:48.284886Z"));
  CHECK(experiment.ended == parse_time("2026-11-20T23:56:48.905113Z"));
  CHECK(experiment.parent_id.empty());
  CHECK(experiment.resource_pool.empty());
  CHECK(experiment.labels.empty());
  CHECK(experiment.workspace == "Uncategorized");
  CHECK(experiment.project == "Uncategorized");
  CHECK(experiment.trial_ids == std::vector<std::string>{"6", "7"});
  REQUIRE(experiment.configuration.has_value());
  CHECK(experiment.configuration->searcher.metric == "validation_error");
  CHECK(experiment.configuration->storage.host_path == "/lab/storage");
}

TEST_CASE("recorded experiments of a list are still running, and have labels") {
  const auto list = parse_tree(fixture("wire/experiments.json"))["experiments"];
  const auto running = decode_experiment(list[1], {"experiments", nullptr, 1});
  CHECK(running.state == "RUNNING");
  CHECK(running.ended == std::nullopt);
  CHECK(running.labels == std::vector<std::string>{"files"});
  CHECK(running.trial_ids.empty());
  CHECK(running.configuration->searcher.name == "single");
}

TEST_CASE("an experiment needs only its id and state") {
  const auto experiment =
      decoded(R"({"id":"7","state":"STATE_NEW_KIND","forkedFrom":12,"labels":null,"config":null})");
  CHECK(experiment.id == "7");
  CHECK(experiment.state == "NEW_KIND");
  CHECK(experiment.parent_id == "12");
  CHECK(experiment.progress == std::nullopt);
  CHECK(experiment.configuration == std::nullopt);
}

TEST_CASE("what is no experiment is refused by name and place") {
  const std::string start = "the master's answer is not valid: experiments[3]";
  CHECK(refusal([] { decoded(R"({"state":"S"})"); }) == start + ".id is missing");
  CHECK(refusal([] { decoded(R"({"id":0,"state":"S"})"); }) == start + ".id is missing");
  CHECK(refusal([] { decoded(R"({"id":1})"); }) == start + ".state is missing");
  CHECK(refusal([] { decoded(R"({"id":1,"state":"S","labels":"x"})"); }) == start + ".labels is not a list");
  CHECK(refusal([] { decoded(R"({"id":1,"state":"S","labels":["x",1]})"); }) ==
        start + ".labels[1] is not a text");
  CHECK(refusal([] { decoded(R"({"id":1,"state":"S","config":[]})"); }) ==
        start + ".config is not an object");
  CHECK(refusal([] { decoded(R"({"id":1,"state":"S","config":{"searcher":7}})"); }) ==
        start + ".config.searcher is not an object");
  CHECK(refusal([] { decode_experiment(nullptr, {"experiment"}); }) ==
        "the master's answer is not valid: experiment is missing");
}
