#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/gc_policy.hpp"
#include "model/storage_configuration.hpp"
#include "model/time.hpp"

namespace det::model {

struct Searcher {
  std::string name;
  std::string metric;                  // the validation metric that ranks checkpoints
  bool smaller_is_better = true;       // the documented default
  std::string source_trial_id;         // warm start from this trial's latest checkpoint; empty: none
  std::string source_checkpoint_uuid;  // warm start from this checkpoint; empty: none
};

// What checkpoints need to know of their experiment's configuration; the whole is shown as an undecoded
// document.
struct ExperimentConfiguration {
  StorageConfiguration storage;
  GcPolicy gc_policy;
  Searcher searcher;
};

struct Experiment {
  std::string id;
  std::string name;
  std::string description;
  std::string notes;  // a list answer of a master may leave them out
  std::string owner;
  std::string state;  // without the STATE_ prefix; a word this build does not know stays as it came
  bool archived = false;
  std::optional<double> progress;  // 0 to 1
  std::optional<Time> started;
  std::optional<Time> ended;
  std::string parent_id;  // forked from; empty: none
  std::string resource_pool;
  std::vector<std::string> labels;
  std::string workspace;
  std::string project;
  std::vector<std::string> trial_ids;  // a master's list answer leaves them out
  std::optional<ExperimentConfiguration> configuration;
};

}  // namespace det::model
