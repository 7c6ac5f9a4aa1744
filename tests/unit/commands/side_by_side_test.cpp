#include "commands/side_by_side.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

namespace det::testing {
namespace {

using commands::side_by_side;
using Places = std::vector<std::size_t>;

TEST_CASE("every piece of work is done once and told in order, whatever the number of threads") {
  const std::size_t threads = GENERATE(as<std::size_t>(), 0, 1, 2, 7, 200);
  std::vector<std::atomic<int>> worked(100);
  Places told;
  side_by_side(
      worked.size(), threads, [&](std::size_t place) { ++worked[place]; },
      [&](std::size_t place) {
        CHECK(worked[place] == 1);
        told.push_back(place);
      });
  CHECK(std::all_of(worked.begin(), worked.end(), [](const auto& times) { return times == 1; }));
  CHECK(told.size() == worked.size());
  CHECK(std::is_sorted(told.begin(), told.end()));
}

TEST_CASE("what is done is told while the rest goes on") {
  std::atomic<bool> told_of_first = false;
  side_by_side(
      2, 2,
      [&](std::size_t place) {
        while (place == 1 && !told_of_first) std::this_thread::yield();
      },
      [&](std::size_t place) {
        if (place == 0) told_of_first = true;
      });
  CHECK(told_of_first);
}

TEST_CASE("a failure of the work is thrown in its turn, and nothing more is begun") {
  const std::size_t threads = GENERATE(as<std::size_t>(), 1, 2);
  std::atomic<std::size_t> last = 0;
  Places told;
  const auto work = [&](std::size_t place) {
    last = std::max<std::size_t>(last, place);
    if (place == 3) throw std::runtime_error("three");
  };
  CHECK_THROWS_WITH(side_by_side(1000, threads, work, [&](std::size_t place) { told.push_back(place); }),
                    "three");
  CHECK(told == Places{0, 1, 2});
  CHECK(last < 1000 - 1);
}

TEST_CASE("a failure to tell ends the work") {
  const std::size_t threads = GENERATE(as<std::size_t>(), 1, 2);
  std::atomic<int> under_way = 0;
  const auto work = [&](std::size_t) {
    ++under_way;
    std::this_thread::yield();
    --under_way;
  };
  CHECK_THROWS_WITH(side_by_side(1000, threads, work, [](std::size_t) { throw std::runtime_error("full"); }),
                    "full");
  CHECK(under_way == 0);
}

TEST_CASE("nothing to do is done at once") {
  side_by_side(
      0, 2, [](std::size_t) { FAIL(); }, [](std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace det::testing
