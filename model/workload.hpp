#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/json.hpp"
#include "model/time.hpp"

namespace det::model {

enum class WorkloadKind { training, validation, checkpoint };

// One step of a trial's history as a master lists it.
struct Workload {
  WorkloadKind kind = WorkloadKind::training;
  std::int64_t total_batches = 0;
  std::optional<Time> ended;
  std::string state;  // without the STATE_ prefix; empty where a master sends none
  Json metrics;       // training and validation: {"avgMetrics": ..., "batchMetrics": ...}, or null
  std::optional<std::int64_t> num_inputs;  // validation
  std::string checkpoint_id;               // checkpoint
  Json metadata;                           // checkpoint: an object, or null
};

}  // namespace det::model
