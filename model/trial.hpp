#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/json.hpp"
#include "model/time.hpp"

namespace det::model {

struct Trial {
  std::string id;
  std::string experiment_id;
  std::string state;  // without the STATE_ prefix
  std::optional<Time> started;
  std::optional<Time> ended;
  Json hparams;
  Json summary_metrics;  // by group and metric: count, last, max, mean, min, sum, type; null without metrics
  std::int64_t total_batches = 0;
  std::string warm_start_checkpoint;  // uuid; empty: none
};

}  // namespace det::model
