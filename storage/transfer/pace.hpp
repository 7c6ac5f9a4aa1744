#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "storage/transfer/job.hpp"

namespace det::storage {

// Spreads bytes over time, so that no more than `bytes_a_second` pass; 0: as fast as it goes. What was not
// used is not made up for. Of any thread.
class Pace {
 public:
  explicit Pace(std::uint64_t bytes_a_second) : bytes_a_second_(bytes_a_second) {}

  // Returns when these bytes may have passed, or soon after the job is stopped.
  void pass(std::uint64_t bytes, const Job& job);
  // How many requests at once keep each of them moving; at most `most`.
  std::size_t width(std::size_t most) const;

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point due(std::uint64_t bytes);

  std::uint64_t bytes_a_second_;
  std::mutex mutex_;
  Clock::time_point passed_at_{};  // when all that was told of has passed
};

}  // namespace det::storage
