#include <catch2/catch.hpp>
#include <string>

#include "commands/registry_entries.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;

namespace {

struct Fixture {
  Fixture() { context.current_master = &master; }
  std::string wait(const std::string& state) {
    master.known_experiments["5"].state = state;
    return testing::ran(commands::experiment_wait, {"5"}, context);
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an experiment that has completed is not waited for, and nothing is printed") {
  CHECK(wait("COMPLETED").empty());
  CHECK(context.told.str().empty());
}

TEST_CASE_METHOD(Fixture, "an end without success is told apart from every other failure") {
  for (const auto* state : {"ERROR", "CANCELED", "DELETED", "DELETE_FAILED"}) {
    const auto error = thrown([&] { wait(state); });
    CHECK(error.failure == Failure::awaited_failed);
    CHECK(error.message == "failed to wait for experiment 5: it ended as " + std::string(state));
    CHECK(error.next == "det experiment logs 5");
  }
}

TEST_CASE_METHOD(Fixture, "a paused experiment is not waited for") {
  const auto error = thrown([&] { wait("PAUSED"); });
  CHECK(error.failure == Failure::awaited_failed);
  CHECK(error.next == "det experiment activate 5");
}

TEST_CASE_METHOD(Fixture, "what is not there, and intervals that are none, end at once") {
  CHECK(thrown([&] { testing::ran(commands::experiment_wait, {"6"}, context); }).failure ==
        Failure::not_found);
  for (const auto* interval : {"-1", "x", "1.5", "99999999"}) {
    CHECK(thrown([&] {
            testing::ran(commands::experiment_wait, {"5", "--polling-interval", interval}, context);
          }).failure == Failure::usage);
  }
}
