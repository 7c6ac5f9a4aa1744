#pragma once

namespace det::model {

// How many checkpoints garbage collection keeps. All three are counts, 0 or more.
struct GcPolicy {
  int save_experiment_best = 0;
  int save_trial_best = 1;
  int save_trial_latest = 1;

  bool operator==(const GcPolicy&) const = default;
};

}  // namespace det::model
