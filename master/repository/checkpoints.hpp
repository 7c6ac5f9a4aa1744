#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "master/repository/slice.hpp"
#include "model/record.hpp"
#include "model/retention.hpp"

namespace det::master::repository {

enum class CheckpointSort {
  reported,  // when; the usual order
  uuid,
  trial_id,
  batch_number,
  end_time,
  state,
  searcher_metric,  // without a direction: best first by the experiment's smaller_is_better
  metric,           // a validation metric by name
};

struct CheckpointQuery {
  std::vector<model::CheckpointState> states = {};  // none: all
  CheckpointSort sort = CheckpointSort::reported;
  std::string metric = {};                       // for CheckpointSort::metric
  Direction direction = Direction::unspecified;  // ascending
  Slice slice = {};                              // with offsets from the end
};

// A report: the derived fields are not read. A report of a known uuid replaces that row, but keeps it in its
// trial. Throws Error: not_found, when there is no such trial; usage, when the uuid belongs to another trial.
void upsert_checkpoint(Connection& connection, const model::CheckpointRecord& checkpoint);

std::optional<model::CheckpointRecord> checkpoint_by_id(Connection& connection, std::string_view uuid);

// NaN and missing values come last in both directions. Equal values: the one reported first comes first when
// ascending, last when descending. Throws Error{usage} for an offset beyond either end.
Listed<model::CheckpointRecord> list_experiment_checkpoints(Connection& connection,
                                                            std::int64_t experiment_id,
                                                            const CheckpointQuery& query);
Listed<model::CheckpointRecord> list_trial_checkpoints(Connection& connection, std::int64_t trial_id,
                                                       const CheckpointQuery& query);

// The same lists as places of rows: who reads a long one asks checkpoints_at() for portions of them.
Listed<std::int64_t> order_experiment_checkpoints(Connection& connection, std::int64_t experiment_id,
                                                  const CheckpointQuery& query);
Listed<std::int64_t> order_trial_checkpoints(Connection& connection, std::int64_t trial_id,
                                             const CheckpointQuery& query);
// In this order; what has gone meanwhile is left out.
std::vector<model::CheckpointRecord> checkpoints_at(Connection& connection,
                                                    std::span<const std::int64_t> places);

// These return false when there is no such checkpoint.
bool set_checkpoint_metadata(Connection& connection, std::string_view uuid, const model::Document& metadata,
                             std::optional<std::int64_t> steps_completed);
bool set_checkpoint_files(Connection& connection, std::string_view uuid, model::CheckpointState state,
                          const std::vector<model::CheckpointFile>& files);
bool set_checkpoint_state(Connection& connection, std::string_view uuid, model::CheckpointState state);

// All of an experiment, by report time.
std::vector<model::GcCandidate> gc_candidates(Connection& connection, std::int64_t experiment_id);

}  // namespace det::master::repository
