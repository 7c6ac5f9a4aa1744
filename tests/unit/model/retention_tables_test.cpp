#include <catch2/catch.hpp>

#include "tests/unit/model/gc_fixture.hpp"

using namespace det::model;
using namespace det::testing;

namespace {

using Numbers = std::set<int>;

Numbers by_document(const GcExperiment& experiment, const GcPolicy& policy) {
  return saved(experiment,
               Retainer(Collector::documented, experiment.candidates, experiment.searcher).retained(policy));
}

Numbers by_real_master(const GcExperiment& experiment, const GcPolicy& policy) {
  return saved(experiment,
               Retainer(Collector::real_master, experiment.candidates, experiment.searcher).retained(policy));
}

Numbers all(const GcExperiment& experiment) {
  return {experiment.numbers.begin(), experiment.numbers.end()};
}

}  // namespace

TEST_CASE("the documented retention saves what every row of the documented table says") {
  const Json table = gc_fixture("gc-policy.json");
  const GcExperiment documented = documented_experiment();
  const GcExperiment recorded = recorded_experiment("seed_table");
  REQUIRE(documented.candidates.size() == 10);
  REQUIRE(table.at("policies").size() == 13);
  for (const Json& row : table["policies"]) {
    const GcPolicy asked{row.at("save_experiment_best").get<int>(), row.at("save_trial_best").get<int>(),
                         row.at("save_trial_latest").get<int>()};
    CAPTURE(row.dump());
    CHECK(by_document(documented, asked) == row.at("saved").get<Numbers>());
    CHECK(by_document(recorded, asked) == row.at("saved").get<Numbers>());
  }
}

TEST_CASE("the real master's retention saves what every recorded preview says") {
  const Json previews = gc_fixture("gc_preview.json");
  REQUIRE(previews.size() == 39);
  for (const Json& row : previews) {
    const GcExperiment experiment = recorded_experiment(row.at("exp").get<std::string>());
    CAPTURE(row.dump());
    const Numbers kept = by_real_master(experiment, policy(row.at("policy")));
    CHECK(kept == row.at("saved").get<Numbers>());
    Numbers removed = all(experiment);
    for (const int number : kept) removed.erase(number);
    CHECK(removed == row.at("deleted").get<Numbers>());
  }
}

TEST_CASE("document and real master differ in the known previews and in no other") {
  Json differing = Json::array();
  std::size_t documented = 0;
  for (const Json& row : gc_fixture("gc_preview.json")) {
    const Numbers kept =
        by_document(recorded_experiment(row.at("exp").get<std::string>()), policy(row.at("policy")));
    const bool agrees = kept == row.at("saved").get<Numbers>();
    if (!agrees)
      differing.push_back(Json{{"exp", row["exp"]}, {"policy", row["policy"]}, {"document", kept}});
    if (!row.contains("document_saved")) continue;
    ++documented;
    CAPTURE(row.dump());
    CHECK(kept == row["document_saved"].get<Numbers>());
    CHECK(agrees == row.at("agrees").get<bool>());
  }
  CHECK(documented == 15);
  CHECK(differing == Json::parse(R"([
    {"exp": "seed_table", "policy": [0, 0, 1], "document": [5, 10]},
    {"exp": "seed_table", "policy": [0, 0, 3], "document": [3, 4, 5, 8, 9, 10]},
    {"exp": "seed_table", "policy": [0, 1, 1], "document": [5, 7, 10]},
    {"exp": "seed_table", "policy": [0, 0, 2], "document": [4, 5, 9, 10]},
    {"exp": "seed_table", "policy": [1, 1, 1], "document": [5, 7, 10]}
  ])"));
}

TEST_CASE("on the recorded NaN and infinities the real master takes them as numbers, NaN for the worst") {
  const GcExperiment experiment = recorded_experiment("nan_inf");
  CHECK(by_real_master(experiment, {1, 0, 0}) == Numbers{4});
  CHECK(by_real_master(experiment, {3, 0, 0}) == Numbers{2, 4, 6});
  CHECK(by_real_master(experiment, {4, 0, 0}) == Numbers{2, 3, 4, 6});
  CHECK(by_real_master(experiment, {5, 0, 0}) == Numbers{1, 2, 3, 4, 6});
  // 7 has a validation without the searcher metric: the latest of its trial; 5 has none at all.
  CHECK(by_real_master(experiment, {0, 0, 1}) == Numbers{5, 7});
}

TEST_CASE("on the recorded NaN and infinities the document never prefers them to a finite value") {
  const GcExperiment experiment = recorded_experiment("nan_inf");
  CHECK(by_document(experiment, {2, 0, 0}) == Numbers{2, 6});
  CHECK(by_document(experiment, {3, 0, 0}) == Numbers{2, 4, 6});
  CHECK(by_document(experiment, {4, 0, 0}) == Numbers{2, 3, 4, 6});
  CHECK(by_document(experiment, {5, 0, 0}) == Numbers{1, 2, 3, 4, 6});
  CHECK(by_document(experiment, {99, 99, 0}) == Numbers{1, 2, 3, 4, 6});
  CHECK(by_document(experiment, {0, 0, 1}) == Numbers{7});
}

TEST_CASE("on the recorded states a DELETED checkpoint takes the best place of the real master only") {
  const GcExperiment experiment = recorded_experiment("states");
  CHECK(by_real_master(experiment, {1, 0, 0}) == Numbers{2});
  CHECK(by_real_master(experiment, {0, 1, 0}) == Numbers{2});
  CHECK(by_real_master(experiment, {2, 0, 0}) == Numbers{2, 3});
  CHECK(by_document(experiment, {1, 0, 0}) == Numbers{3});
  CHECK(by_document(experiment, {0, 2, 0}) == Numbers{3, 4});
}

TEST_CASE(
    "on the recorded states the real master puts unknown steps first and lets equal steps share a rank") {
  const GcExperiment experiment = recorded_experiment("states");
  CHECK(by_real_master(experiment, {0, 0, 1}) == Numbers{5, 7});
  CHECK(by_real_master(experiment, {0, 0, 2}) == Numbers{4, 5, 6, 7, 8});
  CHECK(by_document(experiment, {0, 0, 1}) == Numbers{6});
  CHECK(by_document(experiment, {0, 0, 2}) == Numbers{6, 8});
  CHECK(by_document(experiment, {0, 0, 6}) == Numbers{1, 3, 4, 5, 6, 8});
  CHECK(by_document(experiment, {0, 0, 7}) == Numbers{1, 3, 4, 5, 6, 7, 8});
}
