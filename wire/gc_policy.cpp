#include "wire/gc_policy.hpp"

#include "model/json.hpp"

namespace det::wire {

std::string encode_gc_policy(std::int64_t experiment_id, const model::GcPolicy& policy) {
  const model::Json storage{{"saveExperimentBest", policy.save_experiment_best},
                            {"saveTrialBest", policy.save_trial_best},
                            {"saveTrialLatest", policy.save_trial_latest}};
  return model::Json{{"id", experiment_id}, {"checkpointStorage", storage}}.dump();
}

}  // namespace det::wire
