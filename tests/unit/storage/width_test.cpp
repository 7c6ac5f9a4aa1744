#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>

#include "storage/transfer/worker.hpp"

namespace det::testing {
namespace {

using storage::Width;
using namespace std::chrono_literals;

// A line and its clock: each step lasts 200 ms and moves what so many requests move in it.
class Line {
 public:
  explicit Line(Width& width) : width_(width) { width_.measure(0, now_, Width::Use::full); }

  void step(std::uint64_t bytes, Width::Use use = Width::Use::full) {
    now_ += 200ms;
    arrived_ += bytes;
    width_.measure(arrived_, now_, use);
  }
  void refuse() { width_.shrink(now_); }

 private:
  Width& width_;
  std::chrono::steady_clock::time_point now_{1h};
  std::uint64_t arrived_ = 0;
};

TEST_CASE("requests are doubled while that moves more bytes, up to the most") {
  Width width(1, 6);
  Line line(width);
  for (const auto reached : {2U, 4U, 6U, 6U}) {
    line.step(1000 * width.now());
    CHECK(width.now() == reached);
  }
}

TEST_CASE(
    "where more requests move no more, as few go on as before, and two seconds later it is tried again") {
  Width width(1, 16);
  Line line(width);
  line.step(1000);
  REQUIRE(width.now() == 2);
  line.step(1000);
  CHECK(width.now() == 2);
  line.step(1000);
  CHECK(width.now() == 1);
  for (int steps = 0; steps < 7; ++steps) {
    line.step(1000);
    CHECK(width.now() == 1);
  }
  line.step(1000);
  CHECK(width.now() == 2);
  line.step(2000);
  CHECK(width.now() == 4);
}

TEST_CASE("what moves while fewer requests are under way says nothing") {
  Width width(4, 16);
  Line line(width);
  line.step(1000, Width::Use::partial);
  line.step(100'000, Width::Use::partial);
  CHECK(width.now() == 4);
}

TEST_CASE("a server that has too much to do gets half as many, once for a rush of refusals") {
  Width width(8, 16);
  Line line(width);
  line.step(8000);
  REQUIRE(width.now() == 16);
  line.refuse();
  line.refuse();
  CHECK(width.now() == 8);
  for (int refusals = 0; refusals < 5; ++refusals) {
    line.step(0);
    line.refuse();
  }
  CHECK(width.now() == 1);
}

TEST_CASE("there is always one request") {
  CHECK(Width(0, 0).now() == 1);
  CHECK(Width(4, 2).now() == 2);
}

}  // namespace
}  // namespace det::testing
