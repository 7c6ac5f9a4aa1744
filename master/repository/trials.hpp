#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "master/repository/slice.hpp"
#include "model/record.hpp"

namespace det::master::repository {

enum class TrialSort {
  id,
  start_time,
  end_time,
  state,
  best_validation_metric,    // best first, unless a direction is given
  latest_validation_metric,  // the same
  batches_processed,
  duration,
  restarts,
  checkpoint_size,
};

struct TrialQuery {
  std::vector<std::string> states = {};  // words without prefix; none: all
  TrialSort sort = TrialSort::id;
  Direction direction = Direction::unspecified;
  Slice slice = {};
};

// What is absent stays as it is.
struct TrialChange {
  std::optional<std::string> state = {};
  std::optional<model::Time> ended = {};
  std::optional<std::string> runner_state = {};
  std::optional<std::string> task_id = {};
  std::optional<model::Document> metadata = {};
  std::optional<std::int64_t> restarts = {};
};

// Returns the new id. The id and what is derived are not read. Throws Error: not_found, when there is no such
// experiment; usage, when the external id is taken.
std::int64_t insert_trial(Connection& connection, const model::TrialRecord& trial);
// The trial of this experiment with the external id that `trial` has, inserted if need be.
std::int64_t upsert_trial(Connection& connection, const model::TrialRecord& trial);

std::optional<model::TrialRecord> trial_by_id(Connection& connection, std::int64_t id);
// Its word of state alone; absent when there is no such trial.
std::optional<std::string> trial_state(Connection& connection, std::int64_t id);
// The id of the trial whose task this is; absent when there is none.
std::optional<std::int64_t> trial_of_task(Connection& connection, std::string_view task_id);
// Equal ones by id, those without a value last. An offset beyond the end gives an empty list.
Listed<model::TrialRecord> list_trials(Connection& connection, std::int64_t experiment_id,
                                       const TrialQuery& query);
// All ids of an experiment's trials in the given states, ascending.
std::vector<std::int64_t> trials_in_states(Connection& connection, std::int64_t experiment_id,
                                           const std::vector<std::string>& states);

// False: there is no such trial.
bool update_trial(Connection& connection, std::int64_t id, const TrialChange& change);
// Makes it run again: no end, the given state.
bool reopen_trial(Connection& connection, std::int64_t id, std::string_view state);
// A further run of the trial begins: returns its number, one more than the last. Throws Error{not_found}.
std::int64_t start_run(Connection& connection, std::int64_t id);
// What a run begins with: its own COMPLETED checkpoint with the most steps, else its warm start; absent:
// neither.
std::optional<std::string> latest_checkpoint_id(Connection& connection, std::int64_t trial_id);

}  // namespace det::master::repository
