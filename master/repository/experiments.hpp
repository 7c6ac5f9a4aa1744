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

// What is empty or absent does not filter; values of one list are alternatives, all labels must be there.
struct ExperimentFilter {
  std::optional<bool> archived = {};
  std::vector<std::string> usernames = {};
  std::vector<std::int64_t> user_ids = {};  // with `usernames`: one of either
  std::vector<std::int64_t> ids = {};
  std::vector<std::string> states = {};  // words without prefix
  std::vector<std::string> labels = {};
  std::string name = {};         // a part of it, in any case of letters
  std::string description = {};  // the same
  std::optional<std::int64_t> project_id = {};
};

enum class ExperimentSort {
  id,
  description,
  start_time,
  end_time,
  state,
  trial_count,
  progress,
  user,
  name,
  forked_from,
  resource_pool,
  project_id,
  checkpoint_size,
  checkpoint_count,
  searcher_metric_value,  // of the best trial
};

struct ExperimentQuery {
  ExperimentFilter filter = {};
  ExperimentSort sort = ExperimentSort::id;
  Direction direction = Direction::unspecified;  // ascending
  Slice slice = {};
};

// What is absent stays as it is.
struct ExperimentChange {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> notes = {};
  std::optional<std::vector<std::string>> labels = {};
  std::optional<bool> archived = {};
  std::optional<std::string> state = {};
  std::optional<model::Time> ended = {};
  std::optional<double> progress = {};
  std::optional<model::Document> configuration = {};
  std::optional<std::int64_t> project_id = {};
};

// Returns the new id. The id, the owner but for its id, and what is derived are not read. Throws Error{usage}
// when the external id is taken.
std::int64_t insert_experiment(Connection& connection, const model::ExperimentRecord& experiment);

// With trial_ids, in ascending order.
std::optional<model::ExperimentRecord> experiment_by_id(Connection& connection, std::int64_t id);
std::optional<model::ExperimentRecord> experiment_by_external_id(Connection& connection,
                                                                 std::string_view external_id);
// Without trial_ids. Equal ones by id, those without a value last. An offset beyond the end gives an empty
// list.
Listed<model::ExperimentRecord> list_experiments(Connection& connection, const ExperimentQuery& query);
// All ids in the given states, ascending.
std::vector<std::int64_t> experiments_in_states(Connection& connection,
                                                const std::vector<std::string>& states);

// False: there is no such experiment.
bool update_experiment(Connection& connection, std::int64_t id, const ExperimentChange& change);
// Makes it run again: no end, the given state.
bool reopen_experiment(Connection& connection, std::int64_t id, std::string_view state);
// With its trials, metrics, checkpoints and logs; rows only, no files. Throws Error{usage} when a checkpoint
// of it is in the model registry. False: there is no such experiment.
bool remove_experiment(Connection& connection, std::int64_t id);

// The best value of the searcher metric over its trials; absent when there is none.
std::optional<double> best_searcher_value(Connection& connection, std::int64_t experiment_id);

}  // namespace det::master::repository
