#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "model/gc_plan.hpp"

namespace det::commands {

// Lets time pass; throws when it is time to stop.
using Pause = std::function<void(std::chrono::milliseconds)>;
// Outlived by the context.
Pause real_pause(const Context& context);

// The ids that the next collection of a plan deletes.
std::vector<std::string> awaited_deletions(const model::GcPlan& plan);

// Returns when the master has deleted all of `ids`, wholly or in part. Throws Error{timed_out} after ten
// minutes, and whatever asking throws.
void await_deletion(Context& context, const std::vector<std::string>& ids, const Pause& pause);

}  // namespace det::commands
