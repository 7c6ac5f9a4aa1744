#include "master/timer.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace det::master {

using Clock = std::chrono::steady_clock;

class Timer::Queue {
 public:
  Queue() : thread_([this] { run(); }) {}
  ~Queue() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  void add(Clock::time_point when, std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.emplace(when, std::move(work));
    }
    changed_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
      if (waiting_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const auto first = waiting_.begin();
      if (Clock::now() < first->first) {
        changed_.wait_until(lock, first->first);
        continue;
      }
      const auto work = std::move(first->second);
      waiting_.erase(first);
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Clock::time_point, std::function<void()>> waiting_;
  bool stopped_ = false;
  std::thread thread_;
};

Timer::Timer() : queue_(std::make_unique<Queue>()) {}
Timer::~Timer() = default;

void Timer::after(std::chrono::milliseconds time, std::function<void()> work) {
  queue_->add(Clock::now() + time, std::move(work));
}

}  // namespace det::master
