#pragma once

#include <vector>

#include "master/router.hpp"
#include "master/services.hpp"

// The parts of experiments().
namespace det::master::handlers {

std::vector<Route> experiment_creation(Services& services);
std::vector<Route> experiment_changes(Services& services);  // with their ends

}  // namespace det::master::handlers
