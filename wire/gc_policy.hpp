#pragma once

#include <cstdint>
#include <string>

#include "model/gc_policy.hpp"

namespace det::wire {

// The body of PATCH /api/v1/experiments/{id} that sets the policy.
std::string encode_gc_policy(std::int64_t experiment_id, const model::GcPolicy& policy);

}  // namespace det::wire
