#pragma once

#include <cstdint>
#include <vector>

#include "master/connection.hpp"
#include "model/time.hpp"

namespace det::master::repository {

// A sign of life of a trial.
void note_activity(Connection& connection, std::int64_t trial_id, model::Time now);

// The trials of running unmanaged experiments that have not ended and of which nothing was heard, and nothing
// reported, since `since`: by id.
std::vector<std::int64_t> silent_trials(Connection& connection, model::Time since);

}  // namespace det::master::repository
