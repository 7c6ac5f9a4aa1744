#pragma once

#include <chrono>
#include <optional>

namespace det::http {

// Why long work must stop: a signal, or the time given by --timeout. Asked between pieces of work by whoever
// loops.
class Cancellation {
 public:
  virtual ~Cancellation() = default;

  // Throws Error: interrupted, terminated or timed_out, when it is time to stop.
  virtual void check() const = 0;
  // A descriptor that becomes readable when a signal came, to wait on beside sockets; -1: none.
  virtual int wake_descriptor() const = 0;
  // How long until --timeout elapses; absent without one.
  virtual std::optional<std::chrono::milliseconds> remaining() const = 0;
};

}  // namespace det::http
