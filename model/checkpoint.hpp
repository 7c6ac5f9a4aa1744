#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/experiment.hpp"
#include "model/json.hpp"
#include "model/time.hpp"

namespace det::model {

enum class CheckpointState { unspecified, active, completed, error, deleted, partially_deleted, unknown };

// One path of a checkpoint, relative to its directory, with '/' between parts; a folder ends in '/' and has
// size 0.
struct CheckpointFile {
  std::string path;
  std::uint64_t size_bytes = 0;

  bool operator==(const CheckpointFile&) const = default;
};

struct Checkpoint {
  std::string id;  // uuid on a master
  std::string task_id;
  std::optional<std::string> allocation_id;
  std::string experiment_id;  // empty: not of a trial
  std::string trial_id;       // empty: not of a trial
  std::optional<Time> reported;
  CheckpointState state = CheckpointState::unspecified;
  std::string state_word;             // as the source says it, without the STATE_ prefix
  std::vector<CheckpointFile> files;  // in the source's order
  Json metadata;                      // an object, or null
  std::optional<std::int64_t> steps_completed;
  Json hparams;
  Json training_metrics;    // {"avgMetrics": {name: value}|null, "batchMetrics": [...]}, or null
  Json validation_metrics;  // the same
  std::optional<double> searcher_metric;  // absent without a validation; may be NaN or infinite
  // Of its experiment, shared by the rows of one list; null where the source did not say.
  std::shared_ptr<const ExperimentConfiguration> configuration;
};

// The value of validation metric `name`: absent when the checkpoint lacks it or it is no number. NaN and
// infinities, which a master sends as strings, come as such.
std::optional<double> validation_metric(const Checkpoint& checkpoint, const std::string& name);

std::uint64_t total_bytes(const Checkpoint& checkpoint);

}  // namespace det::model
