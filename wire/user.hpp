#pragma once

#include "model/json.hpp"
#include "model/user.hpp"

namespace det::wire {

// The answer {"user": {...}}, or what else holds a user so. Throws Error{master} when it holds none.
model::User decode_user(const model::Json& answer);

}  // namespace det::wire
