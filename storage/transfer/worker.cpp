#include "storage/transfer/worker.hpp"

#include <algorithm>

namespace det::storage {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds between_measures{200};
constexpr milliseconds longest_try{400};
constexpr milliseconds between_tries{2000};
constexpr double worthwhile = 1.05;
constexpr milliseconds idle{200};

}  // namespace

Width::Width(std::size_t first, std::size_t most)
    : most_(std::max<std::size_t>(most, 1)), now_(std::clamp<std::size_t>(first, 1, most_)), proved_(now_) {}

void Width::measure(std::uint64_t arrived_bytes, Clock::time_point at, Use use) {
  const auto elapsed = at - measured_at_;
  if (elapsed < between_measures) return;
  const bool first = measured_at_ == Clock::time_point{};
  const auto bytes = arrived_bytes - std::min(arrived_bytes, measured_bytes_);
  const double rate = static_cast<double>(bytes) / std::chrono::duration<double>(elapsed).count();
  measured_at_ = at;
  measured_bytes_ = arrived_bytes;
  if (first || use != Use::full || bytes == 0) return;
  if (rate >= proved_rate_ * worthwhile || (now_ == proved_ && at - tried_at_ >= between_tries)) {
    proved_ = now_;
    proved_rate_ = rate;
    now_ = std::min(most_, now_ * 2);
    tried_at_ = at;
  } else if (at - tried_at_ >= longest_try) {
    now_ = proved_;
  }
}

void Width::shrink(Clock::time_point at) {
  if (at - shrunk_at_ < between_measures) return;
  shrunk_at_ = tried_at_ = at;
  now_ = proved_ = std::max<std::size_t>(now_ / 2, 1);
}

Worker::Worker(http::Bulk& bulk, const Asking& asking, Width width)
    : bulk_(bulk), asking_(asking), width_(width) {}

Worker::~Worker() {
  bulk_.abandon();
}

void Worker::run() {
  auto& job = asking_.job;
  while (!job.stopped()) {
    start_parts();
    if (bulk_.running() == 0) {
      job.wait_for_parts(longest_wait());
      continue;
    }
    const auto use = bulk_.running() >= width_.now() ? Width::Use::full : Width::Use::partial;
    bulk_.drive(longest_wait());
    drop_ended();
    width_.measure(job.arrived_bytes, Clock::now(), use);
  }
}

void Worker::start_parts() {
  while (bulk_.running() < width_.now()) {
    const auto part = asking_.job.take(lane_);
    if (!part) return;
    auto& receiver = receivers_.emplace_back(*part, asking_);
    bulk_.start(receiver.request(), receiver);
  }
}

void Worker::drop_ended() {
  for (auto receiver = receivers_.begin(); receiver != receivers_.end();) {
    if (receiver->ended() && receiver->was_refused_as_busy()) width_.shrink(Clock::now());
    receiver = receiver->ended() ? receivers_.erase(receiver) : std::next(receiver);
  }
}

// A part that waits for its time is looked for when that has come, if it can be begun then.
milliseconds Worker::longest_wait() const {
  if (bulk_.running() >= width_.now()) return idle;
  return std::min(asking_.job.next_due().value_or(idle), idle);
}

}  // namespace det::storage
