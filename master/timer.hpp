#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace det::master {

// Runs work later, on one thread of its own: short work that throws nothing. What is still waiting when the
// timer goes is dropped.
class Timer {
 public:
  Timer();
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Any thread may call it.
  void after(std::chrono::milliseconds time, std::function<void()> work);

 private:
  class Queue;
  std::unique_ptr<Queue> queue_;
};

}  // namespace det::master
