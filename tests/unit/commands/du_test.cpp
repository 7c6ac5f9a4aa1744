#include <catch2/catch.hpp>
#include <string>

#include "commands/registry_entries.hpp"
#include "model/json.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;

namespace {

model::Checkpoint of(const std::string& trial, const std::string& state, std::uint64_t bytes) {
  model::Checkpoint checkpoint;
  checkpoint.trial_id = trial;
  checkpoint.state_word = state;
  checkpoint.files = {{"code/", 0}, {"model.pt", bytes}};
  return checkpoint;
}

struct Fixture {
  std::string du(std::vector<model::Checkpoint> rows, std::vector<std::string> words) {
    auto source = std::make_unique<testing::FakeSource>();
    source->rows = std::move(rows);
    context.next_source = std::move(source);
    return testing::ran(commands::checkpoint_du, std::move(words), context);
  }
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "du adds up by trial and state, and what is DELETED takes no room") {
  CHECK(du({of("7", "COMPLETED", 1024), of("6", "COMPLETED", 512), of("7", "COMPLETED", 1024),
            of("7", "DELETED", 2048), of("6", "PARTIALLY_DELETED", 1)},
           {"12"}) ==
        "   Experiment ID |   Trial ID | State             |   Checkpoints |   Files | Size   | Freed\n"
        "-----------------+------------+-------------------+---------------+---------+--------+---------\n"
        "              12 |          7 | COMPLETED         |             2 |       2 | 2.0KB  |\n"
        "              12 |          7 | DELETED           |             1 |       1 |        | 2.0KB\n"
        "              12 |          6 | COMPLETED         |             1 |       1 | 512.0B |\n"
        "              12 |          6 | PARTIALLY_DELETED |             1 |       1 | 1.0B   |\n"
        "                 |            | Total             |             4 |       4 | 2.5KB  | 2.0KB\n");
}

TEST_CASE_METHOD(Fixture, "du --csv has sizes in bytes and no total; freed bytes only where they are known") {
  CHECK(du({of("7", "COMPLETED", 1024), of("7", "DELETED", 0)}, {"12", "--csv"}) ==
        "Experiment ID,Trial ID,State,Checkpoints,Files,Size,Freed\r\n"
        "12,7,COMPLETED,1,1,1024,\r\n"
        "12,7,DELETED,1,1,,\r\n");
}

TEST_CASE_METHOD(Fixture, "du --json has an object a trial and state") {
  context.options.json = true;
  CHECK(model::Json::parse(du({of("7", "COMPLETED", 1024)}, {"12"})) ==
        model::Json::parse(R"([{"experiment_id": 12, "trial_id": 7, "state": "COMPLETED", "checkpoints": 1,
                               "files": 1, "size": 1024, "freed": 0}])"));
}

TEST_CASE_METHOD(Fixture, "sizes that no number holds are as much as one does") {
  constexpr auto huge = std::numeric_limits<std::uint64_t>::max();
  CHECK(du({of("7", "COMPLETED", huge), of("7", "COMPLETED", huge)}, {"12", "--csv"})
            .find(",18446744073709551615,") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "with a directory as the source, du without an experiment measures all of it") {
  context.options.source = "dir:kept";
  CHECK(du({of("7", "COMPLETED", 3)}, {"--csv"}).ends_with("kept,7,COMPLETED,1,1,3,\r\n"));
}
