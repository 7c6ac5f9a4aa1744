#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace det::model {

// A change of an experiment; what is absent stays as it is.
struct ExperimentPatch {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> notes = {};
  std::optional<std::vector<std::string>> labels = {};
  std::optional<std::int64_t> save_experiment_best = {};
  std::optional<std::int64_t> save_trial_best = {};
  std::optional<std::int64_t> save_trial_latest = {};
  std::optional<std::int64_t> priority = {};
  std::optional<double> weight = {};
  std::optional<std::optional<std::int64_t>> max_slots = {};  // nothing in it: no bound any more

  bool changes_policy() const { return save_experiment_best || save_trial_best || save_trial_latest; }
};

}  // namespace det::model
