#pragma once

#include <cstdint>

#include "master/connection.hpp"
#include "model/record.hpp"

// Rows that a request names.
namespace det::master {

// Each throws Error{not_found}: "experiment '99' not found", "trial '7' not found".
model::ExperimentRecord found_experiment(Connection& connection, std::int64_t id);
model::TrialRecord found_trial(Connection& connection, std::int64_t id);
void require_trial(Connection& connection, std::int64_t id);

}  // namespace det::master
