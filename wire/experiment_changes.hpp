#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/experiment_patch.hpp"

// The bodies of requests that change an experiment or a trial. All decoders throw Error{usage} for what is no
// such request.
namespace det::wire {

// PATCH experiments/E.
std::string encode_experiment_patch(std::int64_t experiment_id, const model::ExperimentPatch& patch);
model::ExperimentPatch decode_experiment_patch(std::string_view body);

// POST experiments/E/move.
std::string encode_move(std::int64_t experiment_id, std::int64_t project_id);
std::int64_t decode_destination_project(std::string_view body);

// PUT experiments/E/retain_logs and PUT trials/T/retain_logs. -1 days: for ever.
std::string encode_experiment_log_retention(std::int64_t experiment_id, int days);
std::string encode_trial_log_retention(std::int64_t trial_id, int days);
std::int64_t decode_log_retention(std::string_view body);

}  // namespace det::wire
