#pragma once

#include <string>

#include "model/json.hpp"
#include "wire/place.hpp"

namespace det::wire {

// The name of one element of GET /api/v1/models. Throws Error{master} when it has none.
std::string decode_model_name(const model::Json& tree, const Place& place);

// The uuid of the checkpoint of one element of GET /api/v1/models/{name}/versions. Throws Error{master} when
// it has none.
std::string decode_registered_checkpoint(const model::Json& tree, const Place& place);

}  // namespace det::wire
