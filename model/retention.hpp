#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoint.hpp"
#include "model/gc_policy.hpp"
#include "model/time.hpp"

namespace det::model {

// What a collector of garbage looks at in one checkpoint of an experiment.
struct GcCandidate {
  std::string id;
  std::string trial_id;
  std::optional<std::int64_t> steps_completed;
  std::optional<Time> reported;
  CheckpointState state = CheckpointState::completed;
  std::string state_word;                 // as the source says it
  bool validated = false;                 // a validation was reported at its steps, with whatever metrics
  std::optional<double> searcher_metric;  // may be NaN or infinite
  bool registered = false;                // a version in the model registry
  bool warm_start = false;                // a trial started from it
  std::uint64_t size_bytes = 0;
};

// `checkpoint` as such, neither registered nor a warm start.
GcCandidate gc_candidate(const Checkpoint& checkpoint);

// Why a checkpoint is kept.
enum class Keeper {
  experiment_best,
  trial_best,
  trial_latest,
  registered,
  warm_start,
  unfinished,  // not reported as complete: not a collector's business
};

enum class GcOutcome { kept, removed, gone };

struct Retention {
  GcOutcome outcome = GcOutcome::removed;
  std::vector<Keeper> keepers;  // why it is kept, in the order of Keeper; empty for the others
};

// By whose rules checkpoints are kept.
//
// `documented`: what the documents say, and what the embedded master does: the union of the
// save_experiment_best best of the experiment, the save_trial_best best of each trial and the
// save_trial_latest latest of each trial. Where the documents are silent:
// - DELETED ones take no place and are `gone`. PARTIALLY_DELETED ones count as any other. Those in another
//   state take no place and are kept as unfinished.
// - Best are only those with a value of the searcher metric. Infinite values come after all finite ones and
//   NaN after them, in both directions: such a value is kept only where places are left.
// - Equal values: the one validated first, then reported first, then with the smaller id. No source lists the
//   order of validations: it is read off the order of steps and report times.
// - The latest have the most steps_completed; equal steps: the one reported last, then the smaller id;
//   without steps_completed they come last.
// - Registered ones take their place and are kept in any case. Warm starts are kept and take no place.
//
// `real_master`: what a master 0.38.1 does, as its previews and its own query show:
// - A checkpoint is removed unless it is among the best of the experiment or of its trial, or its rank among
//   the latest is within the count. The state does not matter: DELETED ones take places and are removed once
//   more.
// - "Best" takes NaN for the worst value in both directions, infinities as numbers. Equal values: the one
//   validated first. Checkpoints of one validation (the same trial and steps) share a rank.
// - "Latest" ranks the validated ones within their trial, but all of the experiment's others in one group of
//   their own; equal steps share a rank, and those without steps_completed come first.
// - Registered ones take their place and are kept in any case. Warm starts, and checkpoints that were never
//   reported, are kept and take no place.
enum class Collector { real_master, documented };

// What a collector keeps of one experiment under any policy. The ranks do not depend on the policy: they are
// found once.
class Retainer {
 public:
  // `candidates` are all checkpoints of the experiment in any order, and outlive this object.
  Retainer(Collector collector, std::span<const GcCandidate> candidates, const Searcher& searcher);

  // In the order of the candidates. Counts below 0 are taken as 0.
  std::vector<Retention> retained(const GcPolicy& policy) const;

 private:
  // From 1; 0: takes no place.
  struct Place {
    std::size_t in_experiment = 0;
    std::size_t in_trial = 0;
    std::size_t by_progress = 0;
  };

  Retention retention(std::size_t index, const GcPolicy& policy) const;

  Collector collector_;
  std::span<const GcCandidate> candidates_;
  std::vector<Place> places_;
};

}  // namespace det::model
