#pragma once

#include "model/json.hpp"
#include "model/master_description.hpp"

namespace det::wire {

// The answer of GET /api/v1/master. Throws Error{master} when it is none.
model::MasterDescription decode_master_description(const model::Json& answer);

}  // namespace det::wire
