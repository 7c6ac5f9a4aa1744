#pragma once

#include <chrono>
#include <optional>

#include "http/cancellation.hpp"

namespace det::cli {

// Ctrl-C, SIGTERM and --timeout. The first signal asks the work to stop; a second Ctrl-C ends the process at
// once. One object a process, alive as long as it runs.
class Interrupt final : public http::Cancellation {
 public:
  Interrupt();

  // Counts from now.
  void stop_after(std::chrono::milliseconds time);
  // As if a first signal had come. Of any thread.
  void stop();

  void check() const override;
  int wake_descriptor() const override;
  std::optional<std::chrono::milliseconds> remaining() const override;

 private:
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace det::cli
