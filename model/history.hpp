#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/time.hpp"
#include "model/workload.hpp"

namespace det::model {

// What a trial did at one batch count: its training, checkpoint and validation there in one row.
struct HistoryRow {
  std::int64_t total_batches = 0;
  std::string state;                     // of a checkpoint or validation if one was listed first; else empty
  std::optional<Time> reported;          // the latest of its workloads
  std::map<std::string, Json> training;  // metrics by name, without nulls; where two workloads report one
  std::map<std::string, Json> validation;  // metric, the first value counts, zero too
  std::string checkpoint_state;            // empty: no checkpoint
  std::optional<Time> checkpoint_reported;
  std::string validation_state;  // COMPLETED; empty: no validation
  std::optional<Time> validation_reported;
};

// A trial's workloads, merged by batch count as they are added.
class TrialHistory {
 public:
  void add(const Workload& workload);

  // Ordered by batch count.
  std::vector<HistoryRow> rows() const;

  // The metrics of the first workload of that kind that has any, in the order in which it reports them.
  const std::vector<std::string>& training_names() const { return training_names_; }
  const std::vector<std::string>& validation_names() const { return validation_names_; }

 private:
  std::map<std::int64_t, HistoryRow> rows_;
  std::vector<std::string> training_names_;
  std::vector<std::string> validation_names_;
};

}  // namespace det::model
