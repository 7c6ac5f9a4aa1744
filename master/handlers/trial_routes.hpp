#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "master/router.hpp"
#include "master/services.hpp"

// The parts of trials().
namespace det::master::handlers {

// The words of a trial's state without prefix.
inline constexpr std::array<std::string_view, 13> trial_states{"ACTIVE",
                                                               "PAUSED",
                                                               "STOPPING_CANCELED",
                                                               "STOPPING_KILLED",
                                                               "STOPPING_COMPLETED",
                                                               "STOPPING_ERROR",
                                                               "CANCELED",
                                                               "COMPLETED",
                                                               "ERROR",
                                                               "QUEUED",
                                                               "PULLING",
                                                               "STARTING",
                                                               "RUNNING"};

std::vector<Route> trial_changes(Services& services);  // creation, states and ends
std::vector<Route> runs(Services& services);           // starts, and what a run says of itself

}  // namespace det::master::handlers
