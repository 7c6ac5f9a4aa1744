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

bool is_gone(Context& context, const std::string& id) {
  try {
    const auto state = context.master().checkpoint(id).state;
    return state == model::CheckpointState::deleted || state == model::CheckpointState::partially_deleted;
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

std::vector<std::string> awaited_deletions(const model::GcPlan& plan) {
  const model::Collection& first = plan.now ? *plan.now : plan.then;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
    if (first.deletes(i)) ids.push_back(plan.checkpoints[i].id);
  }
  return ids;
}

void await_deletion(Context& context, const std::vector<std::string>& ids, const Pause& pause) {
  if (ids.empty()) return;
  context.err() << fmt::format("waiting for the master to delete {} {}; without an agent it never does\n",
                               ids.size(), ids.size() == 1 ? "checkpoint" : "checkpoints")
                << std::flush;
  milliseconds waited{0};
  for (auto pending = ids.begin(); pending != ids.end();) {
    if (is_gone(context, *pending)) {
      ++pending;
      continue;
    }
    if (waited >= patience) {
      throw Error(
          Failure::timed_out,
          fmt::format("the policy is set, but the master did not delete {} of {} checkpoints within 10 "
                      "minutes; without an agent it never does",
                      ids.end() - pending, ids.size()));
    }
    pause(interval);
    waited += interval;
  }
}

}  // namespace det::commands
