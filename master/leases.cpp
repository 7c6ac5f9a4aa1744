#include "master/leases.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace det::master {
namespace {

constexpr int removing = -1;

}  // namespace

struct Leases::State {
  std::mutex mutex;
  std::map<std::string, int> readers;  // or `removing`
  std::mutex calling;                  // taken before `mutex`
  std::function<void()> released;

  void end(const std::string& uuid) {
    {
      const std::lock_guard lock(mutex);
      const auto found = readers.find(uuid);
      if (found->second > 1) {
        --found->second;
        return;
      }
      readers.erase(found);
    }
    const std::lock_guard lock(calling);
    if (released) released();
  }

  static Lease lease(const std::shared_ptr<State>& state, const std::string& uuid) {
    return {state.get(), [state, uuid](const void*) { state->end(uuid); }};
  }
};

Leases::Leases() : state_(std::make_shared<State>()) {}

Leases::Lease Leases::for_reading(const std::string& uuid) {
  {
    const std::lock_guard lock(state_->mutex);
    auto& readers = state_->readers[uuid];
    if (readers == removing) return nullptr;
    ++readers;
  }
  return State::lease(state_, uuid);
}

Leases::Lease Leases::for_removal(const std::string& uuid) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->readers.emplace(uuid, removing).second) return nullptr;
  }
  return State::lease(state_, uuid);
}

void Leases::on_release(std::function<void()> released) {
  const std::lock_guard lock(state_->calling);
  state_->released = std::move(released);
}

}  // namespace det::master
