#include "storage/paced_route.hpp"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "tests/support/never_cancelled.hpp"
#include "tests/unit/storage/scene.hpp"

using namespace det;
using det::testing::Scene;
using Clock = std::chrono::steady_clock;

namespace {

// Ctrl-C has been pressed, and nobody looks.
class Pressed final : public http::Cancellation {
 public:
  Pressed() {
    REQUIRE(pipe(ends_.data()) == 0);
    REQUIRE(write(ends_[1], "x", 1) == 1);
  }
  Pressed(const Pressed&) = delete;
  Pressed& operator=(const Pressed&) = delete;
  ~Pressed() override {
    close(ends_[0]);
    close(ends_[1]);
  }
  void check() const override {}
  int wake_descriptor() const override { return ends_[0]; }
  std::optional<std::chrono::milliseconds> remaining() const override { return std::nullopt; }

 private:
  std::array<int, 2> ends_{};
};

Clock::duration time_taken(Scene& scene, std::uint64_t bytes_a_second,
                           const http::Cancellation& cancellation) {
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::paced_route(scene.direct_route(), bytes_a_second, cancellation));
  const auto begun = Clock::now();
  CHECK(scene.download_by(std::move(routes)) == storage::Outcome::downloaded);
  return Clock::now() - begun;
}

}  // namespace

TEST_CASE("a route is held up until its bytes may have passed") {
  const testing::NeverCancelled never_cancelled;
  Scene scene;
  scene.add("a", std::string(12'000, 'a'));
  scene.add("b", std::string(8'000, 'b'));
  CHECK(time_taken(scene, 100'000, never_cancelled) >= std::chrono::milliseconds(200));
  CHECK(testing::read_file(scene.target / "b") == std::string(8'000, 'b'));
}

TEST_CASE("a route is not held up when it is to stop") {
  const Pressed pressed;
  Scene scene;
  scene.add("a", std::string(3600, 'a'));
  CHECK(time_taken(scene, 1, pressed) < std::chrono::seconds(1000));
}
