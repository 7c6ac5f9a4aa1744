#include "master/log_followers.hpp"

#include <utility>
#include <vector>

namespace det::master {

LogFollowers::Following LogFollowers::follow(std::int64_t trial_id, std::function<void()> waker) {
  const std::lock_guard lock(wakers_->mutex);
  const auto place =
      wakers_->by_trial.emplace(trial_id, std::make_shared<const std::function<void()>>(std::move(waker)));
  return {place->second.get(), [wakers = wakers_, place](const void*) {
            const std::lock_guard leaving(wakers->mutex);
            wakers->by_trial.erase(place);
          }};
}

void LogFollowers::wake(std::int64_t trial_id) const {
  std::vector<Waker> called;
  {
    const std::lock_guard lock(wakers_->mutex);
    const auto [first, last] = wakers_->by_trial.equal_range(trial_id);
    for (auto place = first; place != last; ++place) called.push_back(place->second);
  }
  for (const auto& waker : called) (*waker)();
}

}  // namespace det::master
