#include "storage/paced_route.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace det::storage {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Keeps whoever tells it of bytes waiting until they may have passed.
class PacedProgress final : public Progress {
 public:
  PacedProgress(Progress& told, std::uint64_t bytes_a_second, const http::Cancellation& cancellation)
      : told_(told), bytes_a_second_(bytes_a_second), cancellation_(cancellation) {}

  void started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) override {
    told_.started(checkpoint_id, files, bytes);
  }
  void file_done() override { told_.file_done(); }
  void finished() override { told_.finished(); }
  void gave_up(const std::string& why) override { told_.gave_up(why); }

  void found(std::uint64_t bytes) override { told_.found(bytes); }
  void advanced(std::uint64_t bytes) override {
    told_.advanced(bytes);
    passed_bytes_ += bytes;
    const std::chrono::duration<double> due(static_cast<double>(passed_bytes_) /
                                            static_cast<double>(bytes_a_second_));
    const auto ahead = std::chrono::ceil<milliseconds>(due - (Clock::now() - begun_));
    if (ahead.count() <= 0) return;
    // Cut short when it is time to stop: the route itself asks for the reason.
    constexpr milliseconds longest = std::chrono::hours(1);
    const auto wait = std::min({ahead, longest, cancellation_.remaining().value_or(ahead)});
    pollfd wake{cancellation_.wake_descriptor(), POLLIN, 0};
    poll(&wake, 1, static_cast<int>(wait.count()));
  }

 private:
  Progress& told_;
  std::uint64_t bytes_a_second_;
  const http::Cancellation& cancellation_;
  Clock::time_point begun_ = Clock::now();
  std::uint64_t passed_bytes_ = 0;
};

class PacedRoute final : public Route {
 public:
  PacedRoute(std::unique_ptr<Route> route, std::uint64_t bytes_a_second,
             const http::Cancellation& cancellation)
      : route_(std::move(route)), bytes_a_second_(bytes_a_second), cancellation_(cancellation) {}

  std::string description() const override { return route_->description(); }
  bool reachable() const override { return route_->reachable(); }
  void fetch(const model::Checkpoint& checkpoint, Staging& staging, Progress& progress) override {
    PacedProgress paced(progress, bytes_a_second_, cancellation_);
    route_->fetch(checkpoint, staging, paced);
  }
  StatedDigests stated(const model::Checkpoint& checkpoint) override { return route_->stated(checkpoint); }

 private:
  std::unique_ptr<Route> route_;
  std::uint64_t bytes_a_second_;
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<Route> paced_route(std::unique_ptr<Route> route, std::uint64_t bytes_a_second,
                                   const http::Cancellation& cancellation) {
  if (bytes_a_second == 0) return route;
  return std::make_unique<PacedRoute>(std::move(route), bytes_a_second, cancellation);
}

}  // namespace det::storage
