#include "model/retention.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <random>

using namespace det::model;

namespace {

using Ids = std::vector<std::string>;

// Reported in the order of its steps.
GcCandidate at(const std::string& id, std::optional<std::int64_t> steps, std::optional<double> metric = {}) {
  GcCandidate made;
  made.id = id;
  made.trial_id = "1";
  made.steps_completed = steps;
  made.reported = Time{std::chrono::seconds{steps.value_or(0)}};
  made.searcher_metric = metric;
  made.validated = metric.has_value();
  return made;
}

GcCandidate of_trial(const std::string& trial, GcCandidate candidate) {
  candidate.trial_id = trial;
  return candidate;
}

GcCandidate in_state(CheckpointState state, GcCandidate candidate) {
  candidate.state = state;
  return candidate;
}

GcCandidate registered(GcCandidate candidate) {
  candidate.registered = true;
  return candidate;
}

GcCandidate warm_start(GcCandidate candidate) {
  candidate.warm_start = true;
  return candidate;
}

Ids kept(const std::vector<GcCandidate>& candidates, const std::vector<Retention>& retentions) {
  Ids ids;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (retentions[i].outcome == GcOutcome::kept) ids.push_back(candidates[i].id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<Retention> documented_retention(const std::vector<GcCandidate>& candidates,
                                            const GcPolicy& policy, const Searcher& searcher) {
  return Retainer(Collector::documented, candidates, searcher).retained(policy);
}

std::vector<Retention> real_master_retention(const std::vector<GcCandidate>& candidates,
                                             const GcPolicy& policy, const Searcher& searcher) {
  return Retainer(Collector::real_master, candidates, searcher).retained(policy);
}

Ids documented(const std::vector<GcCandidate>& candidates, const GcPolicy& policy,
               const Searcher& searcher = {}) {
  return kept(candidates, documented_retention(candidates, policy, searcher));
}

Ids real(const std::vector<GcCandidate>& candidates, const GcPolicy& policy, const Searcher& searcher = {}) {
  return kept(candidates, real_master_retention(candidates, policy, searcher));
}

Searcher larger_is_better() {
  Searcher searcher;
  searcher.smaller_is_better = false;
  return searcher;
}

}  // namespace

TEST_CASE("the searcher's direction decides what is best") {
  const std::vector<GcCandidate> some{at("a", 1, 0.1), at("b", 2, 0.2), at("c", 3, -0.3)};
  CHECK(documented(some, {1, 0, 0}) == Ids{"c"});
  CHECK(documented(some, {1, 0, 0}, larger_is_better()) == Ids{"b"});
  CHECK(real(some, {2, 0, 0}, larger_is_better()) == Ids{"a", "b"});
}

TEST_CASE("infinities are worst or best for the real master by the direction, NaN is worst in both") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<GcCandidate> some{at("high", 1, infinity), at("low", 2, -infinity),
                                      at("nan", 3, std::numeric_limits<double>::quiet_NaN()),
                                      at("mid", 4, 0.5)};
  CHECK(real(some, {1, 0, 0}) == Ids{"low"});
  CHECK(real(some, {3, 0, 0}) == Ids{"high", "low", "mid"});
  CHECK(real(some, {1, 0, 0}, larger_is_better()) == Ids{"high"});
  CHECK(real(some, {3, 0, 0}, larger_is_better()) == Ids{"high", "low", "mid"});
  CHECK(documented(some, {1, 0, 0}) == Ids{"mid"});
  CHECK(documented(some, {2, 0, 0}) == Ids{"low", "mid"});
  CHECK(documented(some, {1, 0, 0}, larger_is_better()) == Ids{"mid"});
  CHECK(documented(some, {2, 0, 0}, larger_is_better()) == Ids{"high", "mid"});
  CHECK(documented(some, {4, 0, 0}) == Ids{"high", "low", "mid", "nan"});
}

TEST_CASE("equal metrics go to the one validated first") {
  const std::vector<GcCandidate> some{of_trial("2", at("late", 30, 0.5)), at("second", 20, 0.5),
                                      at("first", 10, 0.5)};
  CHECK(documented(some, {1, 0, 0}) == Ids{"first"});
  CHECK(real(some, {2, 0, 0}) == Ids{"first", "second"});
}

TEST_CASE("a checkpoint that was reported late was still validated in the order of its trial's steps") {
  auto late = at("late", 10, 0.5);
  late.reported = Time{std::chrono::seconds{99}};
  const std::vector<GcCandidate> some{at("next", 20, 0.5), late, of_trial("2", at("other", 21, 0.5))};
  CHECK(documented(some, {1, 0, 0}) == Ids{"late"});
  CHECK(real(some, {2, 0, 0}) == Ids{"late", "next"});
}

TEST_CASE(
    "checkpoints of one validation share the real master's rank; the document takes the first reported") {
  auto again = at("again", 10, 0.5);
  again.reported = Time{std::chrono::seconds{12}};
  const std::vector<GcCandidate> some{again, at("first", 10, 0.5), at("worse", 20, 0.6)};
  CHECK(real(some, {1, 0, 0}) == Ids{"again", "first"});
  CHECK(real(some, {2, 0, 0}) == Ids{"again", "first"});
  CHECK(real(some, {3, 0, 0}) == Ids{"again", "first", "worse"});
  CHECK(documented(some, {1, 0, 0}) == Ids{"first"});
  CHECK(documented(some, {2, 0, 0}) == Ids{"again", "first"});
}

TEST_CASE("the real master's latest loses the newest checkpoint of a trial, the document keeps it") {
  const std::vector<GcCandidate> some{
      of_trial("1", at("1-validated", 100, 0.5)), of_trial("1", at("1-newest", 200)),
      of_trial("2", at("2-validated", 100, 0.4)), of_trial("2", at("2-newest", 300))};
  CHECK(real(some, {0, 0, 1}) == Ids{"1-validated", "2-newest", "2-validated"});
  CHECK(real(some, {0, 1, 1}) == Ids{"1-validated", "2-newest", "2-validated"});
  CHECK(documented(some, {0, 0, 1}) == Ids{"1-newest", "2-newest"});
}

TEST_CASE("of equal steps the document keeps the one reported last, the real master both") {
  auto newer = at("newer", 10);
  newer.reported = Time{std::chrono::seconds{11}};
  CHECK(documented({at("older", 10), newer}, {0, 0, 1}) == Ids{"newer"});
  CHECK(real({at("older", 10), newer}, {0, 0, 1}) == Ids{"newer", "older"});
  CHECK(documented({at("b", 10), at("a", 10)}, {0, 0, 1}) == Ids{"a"});
}

TEST_CASE(
    "a checkpoint without steps is the last to be latest for the document, the first for the real master") {
  const std::vector<GcCandidate> some{at("unknown", std::nullopt), at("known", 10)};
  CHECK(documented(some, {0, 0, 1}) == Ids{"known"});
  CHECK(documented(some, {0, 0, 2}) == Ids{"known", "unknown"});
  CHECK(real(some, {0, 0, 1}) == Ids{"unknown"});
}

TEST_CASE("a DELETED checkpoint is gone for the document; the real master ranks and removes it once more") {
  const std::vector<GcCandidate> some{in_state(CheckpointState::deleted, at("gone", 30, 0.1)),
                                      at("good", 20, 0.2)};
  CHECK(documented(some, {1, 0, 0}) == Ids{"good"});
  CHECK(documented(some, {0, 0, 1}) == Ids{"good"});
  CHECK(documented_retention(some, {0, 0, 0}, {})[0].outcome == GcOutcome::gone);
  CHECK(real(some, {1, 0, 0}) == Ids{"gone"});
  CHECK(real_master_retention(some, {0, 0, 0}, {})[0].outcome == GcOutcome::removed);
}

TEST_CASE("a PARTIALLY_DELETED checkpoint counts as any other") {
  const std::vector<GcCandidate> some{in_state(CheckpointState::partially_deleted, at("part", 30, 0.1)),
                                      at("whole", 20, 0.2)};
  CHECK(documented(some, {1, 0, 0}) == Ids{"part"});
  CHECK(real(some, {1, 0, 0}) == Ids{"part"});
  CHECK(documented(some, {0, 0, 0}).empty());
}

TEST_CASE("an unfinished checkpoint is kept and takes no place") {
  auto writing = in_state(CheckpointState::active, at("writing", 30, 0.1));
  writing.reported.reset();
  const std::vector<GcCandidate> some{writing, at("done", 20, 0.2)};
  CHECK(documented(some, {1, 0, 0}) == Ids{"done", "writing"});
  CHECK(documented(some, {0, 0, 1}) == Ids{"done", "writing"});
  CHECK(real(some, {1, 0, 0}) == Ids{"done", "writing"});
  CHECK(documented_retention(some, {0, 0, 0}, {})[0].keepers == std::vector{Keeper::unfinished});
  CHECK(documented({in_state(CheckpointState::error, at("failed", 1))}, {0, 0, 0}) == Ids{"failed"});
  CHECK(documented({in_state(CheckpointState::unknown, at("odd", 1))}, {0, 0, 0}) == Ids{"odd"});
}

TEST_CASE("a registered checkpoint takes its place and is kept whatever its rank") {
  const std::vector<GcCandidate> some{registered(at("best", 10, 0.1)), at("next", 20, 0.2),
                                      at("last", 30, 0.3), registered(at("worst", 5, 0.9))};
  for (const auto& retention : {documented, real}) {
    CHECK(retention(some, {1, 0, 0}, {}) == Ids{"best", "worst"});
    CHECK(retention(some, {2, 0, 0}, {}) == Ids{"best", "next", "worst"});
    CHECK(retention(some, {0, 0, 1}, {}) == Ids{"best", "last", "worst"});
  }
}

TEST_CASE("a warm start is kept and takes no place") {
  const std::vector<GcCandidate> some{warm_start(at("start", 30, 0.1)), at("next", 20, 0.2),
                                      at("last", 25, 0.3)};
  for (const auto& retention : {documented, real}) {
    CHECK(retention(some, {1, 0, 0}, {}) == Ids{"next", "start"});
    CHECK(retention(some, {0, 1, 0}, {}) == Ids{"next", "start"});
    CHECK(retention(some, {0, 0, 1}, {}) == Ids{"last", "start"});
    CHECK(retention(some, {0, 0, 0}, {}) == Ids{"start"});
  }
}

TEST_CASE("every reason for keeping a checkpoint is named") {
  const auto retentions = documented_retention(std::vector{registered(at("a", 10, 0.1))}, {1, 1, 1}, {});
  CHECK(retentions[0].keepers ==
        std::vector{Keeper::experiment_best, Keeper::trial_best, Keeper::trial_latest, Keeper::registered});
  CHECK(documented_retention(std::vector{at("a", 10)}, {1, 1, 0}, {})[0].keepers.empty());
}

TEST_CASE("the order in which candidates come does not matter") {
  std::mt19937 random(38);
  std::vector<GcCandidate> some;
  for (int i = 0; i < 40; ++i) {
    auto one = at("id" + std::to_string(i), std::uniform_int_distribution(0, 9)(random));
    one.trial_id = std::to_string(i % 4);
    if (i % 3 != 0) one.searcher_metric = std::uniform_int_distribution(0, 5)(random) / 10.0;
    one.validated = one.searcher_metric.has_value();
    one.reported = Time{std::chrono::seconds{std::uniform_int_distribution(0, 20)(random)}};
    if (i % 7 == 0) one.state = CheckpointState::deleted;
    some.push_back(one);
  }
  const GcPolicy policy{3, 2, 2};
  const Ids by_document = documented(some, policy);
  const Ids by_master = real(some, policy);
  CHECK(by_document.size() >= 8);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(some.begin(), some.end(), random);
    CHECK(documented(some, policy) == by_document);
    CHECK(real(some, policy) == by_master);
  }
}

TEST_CASE("no checkpoints are no trouble") {
  CHECK(documented_retention({}, {1, 1, 1}, {}).empty());
  CHECK(real_master_retention({}, {1, 1, 1}, {}).empty());
}

TEST_CASE("a candidate is read off a checkpoint") {
  Checkpoint checkpoint;
  checkpoint.id = "a";
  checkpoint.trial_id = "7";
  checkpoint.state = CheckpointState::completed;
  checkpoint.steps_completed = 5;
  checkpoint.files = {{"a", 2}, {"b", 3}};
  CHECK_FALSE(gc_candidate(checkpoint).validated);
  checkpoint.validation_metrics = Json::parse(R"({"avgMetrics": null})");
  CHECK_FALSE(gc_candidate(checkpoint).validated);
  checkpoint.validation_metrics = Json::parse(R"({"avgMetrics": {"other": 3}})");
  const GcCandidate candidate = gc_candidate(checkpoint);
  CHECK(candidate.validated);
  CHECK(candidate.searcher_metric == std::nullopt);
  CHECK(candidate.id == "a");
  CHECK(candidate.trial_id == "7");
  CHECK(candidate.steps_completed == 5);
  CHECK(candidate.size_bytes == 5);
}
