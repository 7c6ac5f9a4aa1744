#pragma once

#include <string>
#include <vector>

#include "master/connection.hpp"
#include "master/router.hpp"
#include "master/services.hpp"
#include "model/record.hpp"

namespace det::master::handlers {

// By its name or its id. Throws Error{not_found}: "model 'x' not found".
model::RegisteredModelRecord found_model(Connection& connection, const std::string& name);

// models/{name}/versions and what lies below.
std::vector<Route> model_versions(Services& services);

}  // namespace det::master::handlers
