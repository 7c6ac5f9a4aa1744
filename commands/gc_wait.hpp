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

// One that a collection deletes.
struct AwaitedDeletion {
  std::string id;
  bool was_partial = false;  // PARTIALLY_DELETED before
};

// What the next collection of a plan deletes.
std::vector<AwaitedDeletion> awaited_deletions(const model::GcPlan& plan);

// Returns when `master` has deleted all of `awaited`, wholly, or in part those that were whole before. Throws
// Error{awaited_failed} after ten minutes, and whatever asking throws.
void await_deletion(Context& context, client::Master& master, const std::vector<AwaitedDeletion>& awaited,
                    const Pause& pause);

}  // namespace det::commands
