#include "model/gc_plan.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/model/gc_fixture.hpp"

using namespace det::model;
using namespace det::testing;

namespace {

using Ids = std::set<std::string>;

GcQuestion question(const std::string& experiment, const GcPolicy& policy) {
  const GcExperiment recorded = recorded_experiment(experiment);
  GcQuestion asked;
  asked.checkpoints = recorded.candidates;
  asked.searcher = recorded.searcher;
  asked.policy = policy;
  return asked;
}

// The part of an id that tells the recorded ones apart.
std::string short_id(const std::string& id) {
  return id.substr(7, 1);
}

Ids with_fate(const GcPlan& plan, const Collection& collection, Fate fate) {
  Ids ids;
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    if (collection.judgements[i].fate == fate) ids.insert(short_id(plan.checkpoints[i].id));
  }
  return ids;
}

std::string recorded_id(char family, const std::string& number) {
  return std::string(1, family) + "000000" + number + "-0000-4000-8000-00000000000" + number;
}

}  // namespace

TEST_CASE("a plan lists checkpoints by trial, then steps") {
  std::string order;
  for (const auto& one : gc_plan(question("seed_table", {})).checkpoints) order += short_id(one.id);
  CHECK(order == "123456789a");
  GcQuestion mixed;
  for (const auto& [trial, steps] : std::vector<std::pair<std::string, int>>{{"10", 1}, {"9", 2}, {"9", 1}}) {
    mixed.checkpoints.emplace_back();
    mixed.checkpoints.back().trial_id = trial;
    mixed.checkpoints.back().steps_completed = steps;
    mixed.checkpoints.back().id = trial + "." + std::to_string(steps);
  }
  mixed.checkpoints.emplace_back();
  mixed.checkpoints.back().trial_id = "9";
  mixed.checkpoints.back().id = "9.?";
  std::string sorted;
  for (const auto& one : gc_plan(mixed).checkpoints) sorted += one.id + " ";
  CHECK(sorted == "9.1 9.2 9.? 10.1 ");
}

TEST_CASE("without a preview a plan says what a real master does, and marks what the documents would do") {
  const GcPlan plan = gc_plan(question("seed_table", {0, 0, 1}));
  CHECK_FALSE(plan.then.previewed);
  CHECK(with_fate(plan, plan.then, Fate::kept) == Ids{"5", "a"});
  CHECK(with_fate(plan, plan.then, Fate::spared) == Ids{"8"});
  CHECK(with_fate(plan, plan.then, Fate::deleted) == Ids{"1", "2", "3", "4", "6", "7", "9"});
  CHECK(plan.then.kept.checkpoints == 3);
  CHECK(plan.then.deleted.checkpoints == 7);
  CHECK(plan.then.deleted.bytes == 7 * 1129);
  CHECK_FALSE(plan.now.has_value());
}

TEST_CASE("a master that collects as documented is planned for as documented") {
  GcQuestion asked = question("seed_table", {0, 0, 1});
  asked.collector = Collector::documented;
  const GcPlan plan = gc_plan(asked);
  CHECK(with_fate(plan, plan.then, Fate::kept) == Ids{"5", "a"});
  CHECK(with_fate(plan, plan.then, Fate::spared).empty());
}

TEST_CASE("the master's own preview wins over every rule") {
  GcQuestion asked = question("seed_table", {0, 0, 0});
  asked.preview = std::set{recorded_id('a', "1"), recorded_id('a', "2")};
  const GcPlan plan = gc_plan(asked);
  CHECK(plan.then.previewed);
  CHECK(with_fate(plan, plan.then, Fate::deleted) == Ids{"1", "2"});
  CHECK(with_fate(plan, plan.then, Fate::spared).size() == 8);
  asked.preview = std::set<std::string>{};
  CHECK(gc_plan(asked).then.deleted.checkpoints == 0);
}

TEST_CASE("the stored policy's collection comes first, and what only it deletes can be told") {
  GcQuestion asked = question("seed_table", {99, 0, 0});
  asked.stored_policy = GcPolicy{0, 1, 1};
  const GcPlan plan = gc_plan(asked);
  REQUIRE(plan.now.has_value());
  CHECK(with_fate(plan, *plan.now, Fate::deleted) == Ids{"1", "2", "3", "4", "6", "9"});
  CHECK(with_fate(plan, plan.then, Fate::deleted) == Ids{"1", "2", "6", "9", "a"});
  CHECK_FALSE(plan.same_deletions);
  asked.policy = GcPolicy{0, 1, 1};
  CHECK(gc_plan(asked).same_deletions);
}

TEST_CASE("what the documents keep and the master deletes keeps its reasons") {
  GcQuestion asked = question("states", {1, 0, 0});
  const GcPlan plan = gc_plan(asked);
  CHECK(with_fate(plan, plan.then, Fate::already_deleted) == Ids{"2"});
  CHECK(with_fate(plan, plan.then, Fate::deleted) == Ids{"1", "3", "4", "5", "6", "7", "8"});
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    const bool best_by_document = short_id(plan.checkpoints[i].id) == "3";
    CHECK(plan.then.judgements[i].keepers ==
          (best_by_document ? std::vector{Keeper::experiment_best} : std::vector<Keeper>{}));
  }
  CHECK(plan.then.deleted.bytes == 6 * 1129 + 28);
}

TEST_CASE("a DELETED checkpoint frees nothing, even when the preview names it again") {
  GcQuestion asked = question("states", {0, 0, 0});
  asked.preview = std::set{recorded_id('9', "2")};
  const GcPlan plan = gc_plan(asked);
  CHECK(plan.then.deleted.checkpoints == 0);
  CHECK(plan.then.deleted.bytes == 0);
  CHECK(plan.then.kept.checkpoints == 7);
}

TEST_CASE(
    "registered checkpoints and warm starts are kept as such; others that the master keeps are spared") {
  GcQuestion asked = question("seed_table", {0, 0, 0});
  asked.preview = std::set<std::string>{};
  asked.checkpoints[0].registered = true;
  asked.checkpoints[1].warm_start = true;
  const GcPlan plan = gc_plan(asked);
  CHECK(with_fate(plan, plan.then, Fate::kept) == Ids{"4", "8"});
  CHECK(with_fate(plan, plan.then, Fate::spared).size() == 8);
}

TEST_CASE("the matrix compares the stored policy and the one asked about with usual ones") {
  GcQuestion asked = question("seed_table", {2, 1, 1});
  asked.preview = std::set{recorded_id('a', "1")};
  const GcPolicy stored{7, 0, 1};
  std::string text;
  for (const auto& row : gc_matrix(asked, stored)) {
    text += std::to_string(row.policy.save_experiment_best) + std::to_string(row.policy.save_trial_best) +
            std::to_string(row.policy.save_trial_latest) + ": " + std::to_string(row.kept.checkpoints) +
            " kept, " + std::to_string(row.deleted.checkpoints) + " deleted, " +
            std::to_string(row.deleted.bytes) + " B, " + std::to_string(row.documented_deletions) +
            " by the documents" + (row.stored ? ", stored" : "") + (row.asked ? ", asked" : "") + "\n";
  }
  CHECK(text ==
        "000: 0 kept, 10 deleted, 11290 B, 10 by the documents\n"
        "001: 3 kept, 7 deleted, 7903 B, 8 by the documents\n"
        "002: 6 kept, 4 deleted, 4516 B, 6 by the documents\n"
        "003: 8 kept, 2 deleted, 2258 B, 4 by the documents\n"
        "010: 2 kept, 8 deleted, 9032 B, 8 by the documents\n"
        "011: 4 kept, 6 deleted, 6774 B, 7 by the documents\n"
        "020: 4 kept, 6 deleted, 6774 B, 6 by the documents\n"
        "030: 5 kept, 5 deleted, 5645 B, 5 by the documents\n"
        "100: 1 kept, 9 deleted, 10161 B, 9 by the documents\n"
        "111: 4 kept, 6 deleted, 6774 B, 7 by the documents\n"
        "200: 2 kept, 8 deleted, 9032 B, 8 by the documents\n"
        "211: 9 kept, 1 deleted, 1129 B, 6 by the documents, asked\n"
        "300: 3 kept, 7 deleted, 7903 B, 7 by the documents\n"
        "333: 8 kept, 2 deleted, 2258 B, 3 by the documents\n"
        "701: 6 kept, 4 deleted, 4516 B, 4 by the documents, stored\n");
}

TEST_CASE("an experiment without checkpoints has an empty plan") {
  GcQuestion asked;
  asked.stored_policy = GcPolicy{0, 1, 1};
  const GcPlan plan = gc_plan(asked);
  CHECK(plan.checkpoints.empty());
  CHECK(plan.same_deletions);
}
