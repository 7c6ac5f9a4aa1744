#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/checkpoint.hpp"

namespace det::model {

enum class Order {
  // By a metric, best first. Only COMPLETED checkpoints with a finite value are ranked. Equal values: the one
  // reported first (a collector's rule too), then the smaller id; those without a report time come last.
  best,
  // By steps_completed, largest first. Only COMPLETED checkpoints are ranked. Equal steps: the one reported
  // last, then the smaller id; those without steps_completed come last, and among equals those without a
  // report time.
  latest,
};

struct Criterion {
  Order order = Order::best;
  std::string metric = {};        // for best; empty: the searcher metric of each checkpoint's experiment
  bool smaller_is_better = true;  // for best
  std::size_t limit = 0;          // how many at most; 0: all
  std::size_t limit_a_trial = 0;  // how many of one trial at most, taken before `limit`; 0: all
  bool with_excluded = false;     // whether Ranked::excluded is wanted, which grows with the list
};

enum class Exclusion { not_completed, no_value, not_a_number, infinite };

struct Excluded {
  std::string id;
  Exclusion reason = Exclusion::no_value;
  std::string state_word;  // of the checkpoint
};

struct RankedCheckpoint {
  Checkpoint checkpoint;
  std::optional<double> value;  // of the metric; absent for latest
};

struct Ranked {
  std::vector<RankedCheckpoint> checkpoints;  // the first has rank 1
  std::size_t eligible = 0;                   // how many could be ranked, limits aside
  bool metric_seen = false;                   // whether any checkpoint, in whatever state, has the metric
  // Trials with fewer eligible ones than Criterion::limit_a_trial, and how many they have.
  std::map<std::string, std::size_t> short_trials;
  std::map<Exclusion, std::size_t> exclusions;
  std::vector<Excluded> excluded;  // in the order in which they came
};

// Chooses among checkpoints that come one by one, in any order; the outcome does not depend on it. With a
// limit it holds at most twice as many as it will return, however many come.
class Ranking {
 public:
  explicit Ranking(Criterion criterion) : criterion_(std::move(criterion)) {}

  void add(const Checkpoint& checkpoint);
  // Once, after the last add().
  Ranked finish();

 private:
  using Candidates = std::vector<RankedCheckpoint>;

  std::optional<Exclusion> why_excluded(const Checkpoint& checkpoint, std::optional<double> value) const;
  void shorten(Candidates& candidates, std::size_t limit) const;

  Criterion criterion_;
  std::map<std::string, Candidates> by_trial_;  // under one empty key unless trials are limited
  Ranked ranked_;
};

// Whether `one` comes before `other` in the order of `criterion`; both were ranked by it.
bool ranks_before(const RankedCheckpoint& one, const RankedCheckpoint& other, const Criterion& criterion);

// The value by which `criterion` ranks this checkpoint; absent when it has none, and for latest.
std::optional<double> ranking_value(const Checkpoint& checkpoint, const Criterion& criterion);

// Why one was left out, after its id: "its state is DELETED", "it has no value of val_loss". Holds text of
// the source as it came.
std::string explanation(const Excluded& excluded, const Criterion& criterion);

// How many were left out and why: "3 checkpoints are not ranked: 1 not COMPLETED, 2 without val_loss"; empty
// when none was.
std::string exclusion_summary(const Ranked& ranked, const Criterion& criterion);

}  // namespace det::model
