#include "storage/transfer/pace.hpp"

#include <algorithm>
#include <thread>

namespace det::storage {

void Pace::pass(std::uint64_t bytes, const Job& job) {
  if (bytes_a_second_ == 0) return;
  constexpr std::chrono::milliseconds between_looks{100};
  const auto at = due(bytes);
  while (!job.stopped()) {
    const auto ahead = at - Clock::now();
    if (ahead <= Clock::duration::zero()) return;
    std::this_thread::sleep_for(std::min<Clock::duration>(ahead, between_looks));
  }
}

Pace::Clock::time_point Pace::due(std::uint64_t bytes) {
  const std::chrono::duration<double> takes(static_cast<double>(bytes) /
                                            static_cast<double>(bytes_a_second_));
  const std::lock_guard lock(mutex_);
  passed_at_ = std::max(passed_at_, Clock::now()) + std::chrono::duration_cast<Clock::duration>(takes);
  return passed_at_;
}

// One that gets nothing for long would be taken for stalled.
std::size_t Pace::width(std::size_t most) const {
  if (bytes_a_second_ == 0) return most;
  constexpr std::uint64_t of_each = std::uint64_t{64} << 10U;
  return std::clamp<std::size_t>(bytes_a_second_ / of_each, 1, most);
}

}  // namespace det::storage
