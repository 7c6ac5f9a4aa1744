#pragma once

#include "master/router.hpp"
#include "master/services.hpp"

namespace det::master::handlers {

// GET experiments/{id}/checkpoints and trials/{id}/checkpoints: written while they are read, in portions.
Response experiment_checkpoints(Services& services, const Call& call);
Response trial_checkpoints(Services& services, const Call& call);

}  // namespace det::master::handlers
