#include "master/http_deadlines.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <new>

namespace det::master {
namespace {

constexpr std::chrono::hours longest_rest{1};

}  // namespace

Deadlines::Deadlines() : thread_([this] { run(); }) {}

Deadlines::~Deadlines() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Deadlines::set(int socket, std::chrono::milliseconds from_now) noexcept {
  const auto end = Clock::now() + from_now;
  const std::lock_guard lock(mutex_);
  try {
    ends_[socket] = end;
  } catch (const std::bad_alloc&) {
    return;
  }
  if (end < next_look_) changed_.notify_one();
}

void Deadlines::forget(int socket) {
  const std::lock_guard lock(mutex_);
  ends_.erase(socket);
}

void Deadlines::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    next_look_ = shut_down_late();
    changed_.wait_until(lock, next_look_);
  }
}

// Returns when the next one is late.
Deadlines::Clock::time_point Deadlines::shut_down_late() {
  const auto now = Clock::now();
  auto next = now + longest_rest;
  for (auto one = ends_.begin(); one != ends_.end();) {
    if (one->second <= now) {
      ::shutdown(one->first, SHUT_RDWR);  // which libmicrohttpd notices, and closes it
      one = ends_.erase(one);
    } else {
      next = std::min(next, one->second);
      ++one;
    }
  }
  return next;
}

}  // namespace det::master
