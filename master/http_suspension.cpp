#include "master/http_suspension.hpp"

#include "master/microhttpd_library.hpp"

namespace det::master {

bool Suspension::suspend() {
  const std::lock_guard lock(mutex_);
  if (left_) return false;
  microhttpd_library().suspend_connection(connection_);
  suspended_ = true;
  return true;
}

void Suspension::resume() {
  const std::lock_guard lock(mutex_);
  resume_locked();
}

void Suspension::leave() {
  const std::lock_guard lock(mutex_);
  left_ = true;
  resume_locked();
}

bool Suspension::has_left() const {
  const std::lock_guard lock(mutex_);
  return left_;
}

void Suspension::resume_locked() {
  if (!suspended_) return;
  suspended_ = false;
  microhttpd_library().resume_connection(connection_);
}

}  // namespace det::master
