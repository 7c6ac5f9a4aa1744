#pragma once

#include <microhttpd.h>

#include <mutex>

namespace det::master {

// Keeps a connection out of libmicrohttpd's loop while its answer is awaited: each suspension is followed by
// one resumption, and a client that has left is not waited for.
class Suspension {
 public:
  explicit Suspension(MHD_Connection* connection) : connection_(connection) {}

  // On the I/O thread, within a callback. False, and nothing suspended, when the client has left.
  bool suspend();
  // From any thread; nothing happens when it is not suspended.
  void resume();
  // The client has left, or is sent away: resumes, and never suspends again.
  void leave();
  bool has_left() const;

 private:
  void resume_locked();

  MHD_Connection* connection_;
  mutable std::mutex mutex_;
  bool suspended_ = false;
  bool left_ = false;
};

}  // namespace det::master
