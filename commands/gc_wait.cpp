#include "commands/gc_wait.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <ostream>

#include "model/error.hpp"

namespace det::commands {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds interval{2'000};
constexpr milliseconds patience{600'000};

bool is_gone(client::Master& master, const AwaitedDeletion& awaited) {
  try {
    const auto state = master.checkpoint(awaited.id).state;
    if (state == model::CheckpointState::deleted) return true;
    return state == model::CheckpointState::partially_deleted && !awaited.was_partial;
  } catch (const Error& error) {
    if (error.failure != Failure::not_found) throw;
    return true;
  }
}

}  // namespace

Pause real_pause(const Context& context) {
  return [&cancellation = context.cancellation()](milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (true) {
      cancellation.check();
      const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return;
      pollfd wake{cancellation.wake_descriptor(), POLLIN, 0};
      ::poll(&wake, 1, static_cast<int>(std::min(left, cancellation.remaining().value_or(left)).count()));
    }
  };
}

std::vector<AwaitedDeletion> awaited_deletions(const model::GcPlan& plan) {
  const model::Collection& first = plan.now ? *plan.now : plan.then;
  std::vector<AwaitedDeletion> awaited;
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    const auto& checkpoint = plan.checkpoints[i];
    const bool partial = checkpoint.state == model::CheckpointState::partially_deleted;
    if (first.deletes(i)) awaited.push_back({checkpoint.id, partial});
  }
  return awaited;
}

void await_deletion(Context& context, client::Master& master, const std::vector<AwaitedDeletion>& awaited,
                    const Pause& pause) {
  if (awaited.empty()) return;
  context.err() << fmt::format("waiting for the master to delete {} {}; without an agent it never does\n",
                               awaited.size(), awaited.size() == 1 ? "checkpoint" : "checkpoints")
                << std::flush;
  milliseconds waited{0};
  for (auto pending = awaited.begin(); pending != awaited.end();) {
    if (is_gone(master, *pending)) {
      ++pending;
      continue;
    }
    if (waited >= patience) {
      throw Error(
          Failure::awaited_failed,
          fmt::format("the policy is set, but the master did not delete {} of {} checkpoints within 10 "
                      "minutes; without an agent it never does",
                      awaited.end() - pending, awaited.size()));
    }
    pause(interval);
    waited += interval;
  }
}

}  // namespace det::commands
