#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace det::master {

// Threads that do jobs in the order they came. Jobs do not throw.
class Workers {
 public:
  using Job = std::function<void()>;

  explicit Workers(std::size_t count);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  // From any thread. After stop() jobs are dropped, on the calling thread.
  void post(Job job);
  // Drops the jobs that have not begun and waits for the others.
  void stop();

 private:
  void work();

  std::mutex mutex_;  // guards jobs_ and stopped_
  std::condition_variable posted_;
  std::deque<Job> jobs_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace det::master
