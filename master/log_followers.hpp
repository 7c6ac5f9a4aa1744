#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace det::master {

// Who waits for more of a trial's log, or for the trial's end. Any thread may call these.
class LogFollowers {
 public:
  // Kept as long as one follows; may outlive the LogFollowers.
  using Following = std::shared_ptr<const void>;

  // `waker` is called with each wake() of the trial, perhaps once more after the Following has gone, and
  // never under a lock of ours. It does nothing lengthy.
  [[nodiscard]] Following follow(std::int64_t trial_id, std::function<void()> waker);

  // To be called after lines were appended or the trial came to an end, once that is committed.
  void wake(std::int64_t trial_id) const;

 private:
  using Waker = std::shared_ptr<const std::function<void()>>;
  struct Wakers {
    std::mutex mutex;
    std::multimap<std::int64_t, Waker> by_trial;
  };

  std::shared_ptr<Wakers> wakers_ = std::make_shared<Wakers>();
};

}  // namespace det::master
