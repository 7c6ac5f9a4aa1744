#pragma once

#include "http/cancellation.hpp"

namespace det::testing {

// Nobody presses Ctrl-C and there is no --timeout.
class NeverCancelled final : public http::Cancellation {
 public:
  void check() const override {}
  int wake_descriptor() const override { return -1; }
  std::optional<std::chrono::milliseconds> remaining() const override { return std::nullopt; }
};

}  // namespace det::testing
