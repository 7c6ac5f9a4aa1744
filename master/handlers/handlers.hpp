#pragma once

#include <vector>

#include "master/router.hpp"
#include "master/services.hpp"

// The API, one file a noun. `services` outlives the routes.
namespace det::master::handlers {

std::vector<Route> auth(Services& services);         // login, logout, me, users
std::vector<Route> about(Services& services);        // info, health, master
std::vector<Route> experiments(Services& services);  // with labels
std::vector<Route> gc_previews(Services& services);
std::vector<Route> trials(Services& services);  // with runs and workloads
std::vector<Route> metrics(Services& services);
std::vector<Route> checkpoints(Services& services);
std::vector<Route> archives(Services& services);  // checkpoints' files as tar, tar.gz and zip
std::vector<Route> model_registry(Services& services);
std::vector<Route> logs(Services& services);
std::vector<Route> workspaces(Services& services);  // and projects

}  // namespace det::master::handlers
