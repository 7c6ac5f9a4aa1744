#include "model/ranking.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>

using namespace det::model;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Checkpoint checkpoint(const std::string& id, std::optional<double> metric, int second = 0) {
  Checkpoint made;
  made.id = id;
  made.trial_id = "1";
  made.state = CheckpointState::completed;
  made.state_word = "COMPLETED";
  made.searcher_metric = metric;
  made.reported = Time{std::chrono::seconds{second}};
  return made;
}

Checkpoint in_state(const std::string& id, CheckpointState state, const std::string& word) {
  Checkpoint made = checkpoint(id, 0.5);
  made.state = state;
  made.state_word = word;
  return made;
}

Checkpoint at_steps(const std::string& id, std::optional<std::int64_t> steps, int second = 0) {
  Checkpoint made = checkpoint(id, std::nullopt, second);
  made.steps_completed = steps;
  return made;
}

Ranked ranked(const Criterion& criterion, const std::vector<Checkpoint>& checkpoints) {
  Ranking ranking(criterion);
  for (const auto& one : checkpoints) ranking.add(one);
  return ranking.finish();
}

std::vector<std::string> ids(const Ranked& ranked) {
  std::vector<std::string> found;
  for (const auto& one : ranked.checkpoints) found.push_back(one.checkpoint.id);
  return found;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the best come first, in either direction") {
  const std::vector<Checkpoint> some{checkpoint("a", 0.4), checkpoint("b", -0.1), checkpoint("c", 0.9)};
  CHECK(ids(ranked({}, some)) == Ids{"b", "a", "c"});
  CHECK(ids(ranked({.smaller_is_better = false}, some)) == Ids{"c", "a", "b"});
  CHECK(*ranked({.smaller_is_better = false}, some).checkpoints[0].value == 0.9);
}

TEST_CASE("equal values go to the one reported first, then to the smaller id, in either direction") {
  Checkpoint untimed = checkpoint("0", 0.5);
  untimed.reported.reset();
  const std::vector<Checkpoint> ties{untimed,
                                     checkpoint("d", 0.5, 2),
                                     checkpoint("c", 0.5, 2),
                                     checkpoint("b", -0.0, 9),
                                     checkpoint("a", 0.0, 8),
                                     checkpoint("e", 0.5, 1)};
  CHECK(ids(ranked({}, ties)) == Ids{"a", "b", "e", "c", "d", "0"});
  CHECK(ids(ranked({.smaller_is_better = false}, ties)) == Ids{"e", "c", "d", "0", "a", "b"});
}

TEST_CASE("NaN, infinite and missing values and other states are never ranked, and each is counted") {
  const std::vector<Checkpoint> some{
      checkpoint("nan", not_a_number),
      checkpoint("high", infinity),
      checkpoint("low", -infinity),
      checkpoint("none", std::nullopt),
      checkpoint("good", 7.0),
      in_state("gone", CheckpointState::deleted, "DELETED"),
      in_state("part", CheckpointState::partially_deleted, "PARTIALLY_DELETED"),
      in_state("odd", CheckpointState::unknown, "STRANGE")};
  for (const bool smaller : {true, false}) {
    const Ranked outcome = ranked({.smaller_is_better = smaller}, some);
    CHECK(ids(outcome) == Ids{"good"});
    CHECK(outcome.eligible == 1);
    CHECK(outcome.excluded.empty());
    CHECK(outcome.exclusions == std::map<Exclusion, std::size_t>{{Exclusion::not_completed, 3},
                                                                 {Exclusion::no_value, 1},
                                                                 {Exclusion::not_a_number, 1},
                                                                 {Exclusion::infinite, 2}});
    CHECK(exclusion_summary(outcome, {}) ==
          "7 checkpoints are not ranked: 3 not COMPLETED, 1 without the searcher metric, 1 with NaN, "
          "2 with an infinite value");
  }
}

TEST_CASE("each excluded checkpoint is listed with its reason when that is wanted") {
  const Criterion criterion{.metric = "loss", .with_excluded = true};
  Checkpoint broken = checkpoint("broken", 1.0);
  broken.validation_metrics = Json{{"avgMetrics", {{"loss", "NaN"}}}};
  Checkpoint endless = checkpoint("endless", 1.0);
  endless.validation_metrics = Json{{"avgMetrics", {{"loss", "-Infinity"}}}};
  const Ranked outcome = ranked(criterion, {broken, checkpoint("none", 1.0), endless,
                                            in_state("gone", CheckpointState::deleted, "DELETED")});
  std::string text;
  for (const auto& one : outcome.excluded) text += one.id + ": " + explanation(one, criterion) + "\n";
  CHECK(text ==
        "broken: its value of loss is NaN\n"
        "none: it has no value of loss\n"
        "endless: its value of loss is infinite\n"
        "gone: its state is DELETED\n");
}

TEST_CASE("nothing excluded has no summary, one excluded is singular") {
  CHECK(exclusion_summary(ranked({}, {checkpoint("a", 1.0)}), {}).empty());
  CHECK(exclusion_summary(ranked({.metric = "acc"}, {checkpoint("a", 1.0)}), {.metric = "acc"}) ==
        "1 checkpoint is not ranked: 1 without acc");
}

TEST_CASE("a named metric ranks by the validation metrics") {
  Checkpoint first = checkpoint("a", 0.1);
  first.validation_metrics = Json{{"avgMetrics", {{"accuracy", 0.5}}}};
  Checkpoint second = checkpoint("b", 0.2);
  second.validation_metrics = Json{{"avgMetrics", {{"accuracy", 0.7}}}};
  CHECK(ids(ranked({.metric = "accuracy", .smaller_is_better = false}, {first, second})) == Ids{"b", "a"});
}

TEST_CASE("the searcher's metric by its name ranks as the searcher metric does") {
  ExperimentConfiguration configuration;
  configuration.searcher.metric = "loss";
  Checkpoint only = checkpoint("a", 0.25);
  only.configuration = std::make_shared<const ExperimentConfiguration>(configuration);
  CHECK(ranking_value(only, {.metric = "loss"}) == 0.25);
  CHECK(ranking_value(only, {}) == 0.25);
  CHECK(ranking_value(only, {.metric = "accuracy"}) == std::nullopt);
}

TEST_CASE("a metric counts as seen in whatever state its checkpoint is") {
  CHECK(ranked({}, {in_state("gone", CheckpointState::deleted, "DELETED")}).metric_seen);
  CHECK(ranked({}, {checkpoint("a", not_a_number)}).metric_seen);
  CHECK_FALSE(ranked({}, {checkpoint("a", std::nullopt)}).metric_seen);
  CHECK_FALSE(ranked({.metric = "nope"}, {checkpoint("a", 0.5)}).metric_seen);
}

TEST_CASE("the latest has the most steps, then the newest report; without steps it comes last") {
  Checkpoint untimed = at_steps("untimed", 100);
  untimed.reported.reset();
  Checkpoint gone = at_steps("gone", 900);
  gone.state = CheckpointState::deleted;
  const std::vector<Checkpoint> some{at_steps("none", std::nullopt, 99),
                                     untimed,
                                     at_steps("old", 100, 1),
                                     gone,
                                     at_steps("b", 100, 5),
                                     at_steps("a", 100, 5),
                                     at_steps("far", 1L << 60, 0)};
  const Ranked outcome = ranked({.order = Order::latest}, some);
  CHECK(ids(outcome) == Ids{"far", "a", "b", "old", "untimed", "none"});
  CHECK(outcome.checkpoints[0].value == std::nullopt);
  CHECK(outcome.exclusions == std::map<Exclusion, std::size_t>{{Exclusion::not_completed, 1}});
}

TEST_CASE("the best of each trial are taken before the best of all") {
  std::vector<Checkpoint> some;
  for (const auto& [id, trial, value] :
       std::vector<std::tuple<std::string, std::string, double>>{{"a", "1", 0.1},
                                                                 {"b", "1", 0.2},
                                                                 {"c", "1", 0.3},
                                                                 {"d", "2", 0.4},
                                                                 {"e", "2", 0.5},
                                                                 {"f", "3", 0.6}}) {
    some.push_back(checkpoint(id, value));
    some.back().trial_id = trial;
  }
  CHECK(ids(ranked({.limit_a_trial = 1}, some)) == Ids{"a", "d", "f"});
  CHECK(ids(ranked({.limit_a_trial = 2}, some)) == Ids{"a", "b", "d", "e", "f"});
  CHECK(ids(ranked({.limit = 3, .limit_a_trial = 2}, some)) == Ids{"a", "b", "d"});
  CHECK(ids(ranked({.limit = 9, .limit_a_trial = 9}, some)) == Ids{"a", "b", "c", "d", "e", "f"});
}

TEST_CASE("any limit gives the head of the whole ranking, in whatever order the checkpoints come") {
  std::mt19937 random(20261121);
  std::vector<Checkpoint> some;
  for (int i = 0; i < 60; ++i) {
    const double value = std::uniform_int_distribution(0, 12)(random) / 10.0;
    some.push_back(checkpoint("id" + std::to_string(i), value, std::uniform_int_distribution(0, 3)(random)));
    some.back().steps_completed = std::uniform_int_distribution(0, 9)(random);
  }
  for (const Order order : {Order::best, Order::latest}) {
    const Ids whole = ids(ranked({.order = order}, some));
    REQUIRE(whole.size() == 60);
    for (std::size_t limit : {1U, 2U, 3U, 7U, 29U, 30U, 31U, 59U, 60U, 61U, 500U}) {
      std::shuffle(some.begin(), some.end(), random);
      const Ranked outcome = ranked({.order = order, .limit = limit}, some);
      CAPTURE(limit);
      CHECK(ids(outcome) ==
            Ids(whole.begin(), whole.begin() + static_cast<int>(std::min<std::size_t>(limit, 60))));
      CHECK(outcome.eligible == 60);
    }
  }
}

TEST_CASE("no checkpoints give an empty ranking") {
  const Ranked outcome = ranked({.limit = 3}, {});
  CHECK(outcome.checkpoints.empty());
  CHECK_FALSE(outcome.metric_seen);
}
