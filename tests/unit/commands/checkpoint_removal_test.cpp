#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "commands/checkpoint_removal.hpp"
#include "commands/registry_entries.hpp"
#include "model/json.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

// Experiment 5 with checkpoints "best" and "other".
struct Fixture {
  Fixture() {
    context.current_master = &master;
    add("best", 0.25, 100);
    add("other", 0.5, 200);
  }

  void add(const std::string& id, double loss, int steps) {
    auto checkpoint = testing::checkpoint_with_loss(id, loss);
    checkpoint.experiment_id = "5";
    checkpoint.steps_completed = steps;
    checkpoint.reported = model::Time{std::chrono::seconds{steps}};
    checkpoint.files = {{"code/", 0}, {"code/model.py", 24}, {"weights.pt", 1000}, {"nested/a/b.pt", 2000}};
    master.known_checkpoints.push_back(checkpoint);
  }

  std::string run(const commands::Command& command, Words words, const std::string& typed = "") {
    context.typed.str(typed);
    return testing::ran(command, std::move(words), context);
  }

  bool changed() const {
    return std::any_of(master.asked.begin(), master.asked.end(), [](const std::string& question) {
      return question.starts_with("delete") || question.starts_with("remove");
    });
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a deletion shows what goes, marks the best and the registered, and asks") {
  master.registered = {"other"};
  CHECK(run(commands::checkpoint_delete, {"best,other"}, "y\n") ==
        "Deletion of checkpoints best,other is in progress\n");
  CHECK(context.told.str() ==
        "To be removed: 2 checkpoints, 5.9KB\n"
        " UUID   |   Experiment ID |   # of Batches | State     | Size   | Note\n"
        "--------+-----------------+----------------+-----------+--------+------------------------\n"
        " best   |               5 |            100 | COMPLETED | 3.0KB  | best of its experiment\n"
        " other  |               5 |            200 | COMPLETED | 3.0KB  | registered\n"
        "1 checkpoint in the model registry: a master refuses to remove any of these with them\n"
        "Deleting checkpoints will result in deletion of all data associated\n"
        "with each checkpoint in the checkpoint storage. Do you still want to proceed? [y/n]: \n");
  CHECK(master.asked == Words{"checkpoint best", "checkpoint other", "registered checkpoints",
                              "checkpoints 5", "delete best other"});
}

TEST_CASE_METHOD(Fixture, "declined, at the end of input and under --no-input nothing is deleted") {
  CHECK(thrown([&] { run(commands::checkpoint_delete, {"best"}, "n\n"); }).message ==
        "declined; no checkpoint is deleted");
  CHECK(thrown([&] {
          run(commands::checkpoint_rm, {"best", "--glob", "*"}, "");
        }).failure == Failure::declined);
  context.options.no_input = true;
  master.asked.clear();
  CHECK(thrown([&] { run(commands::checkpoint_delete, {"best"}, "y\n"); }).failure == Failure::declined);
  CHECK(master.asked.empty());
  CHECK_FALSE(changed());
  CHECK(context.printed.str().empty());
}

TEST_CASE_METHOD(Fixture, "a checkpoint that is not there ends the deletion before a question") {
  const Error error = thrown([&] { run(commands::checkpoint_delete, {"best,gone"}, "y\n"); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == "failed to delete checkpoints: checkpoint 'gone' not found");
  CHECK(context.told.str().empty());
  CHECK_FALSE(changed());
}

TEST_CASE_METHOD(Fixture, "with --yes only the deletion itself is asked of the master") {
  run(commands::checkpoint_delete, {"best", "--yes"});
  CHECK(master.asked == Words{"delete best"});
  CHECK(context.told.str().empty());
}

TEST_CASE_METHOD(Fixture, "a registry that cannot be read is said, and done without") {
  master.registry_refusal = Error(Failure::master, "Not Implemented");
  run(commands::checkpoint_delete, {"other"}, "yes\n");
  CHECK_THAT(context.told.str(),
             Catch::StartsWith("registered checkpoints are not marked, the model registry "
                               "cannot be read: Not Implemented\n"));
  CHECK(changed());
}

TEST_CASE_METHOD(Fixture, "rm shows the files that go, also those in a folder that a glob fits") {
  CHECK(run(commands::checkpoint_rm, {"other", "--glob", "nested", "--glob", "code/*.py"}, "y\n") ==
        "Removal of files from checkpoints other is in progress.\n");
  CHECK_THAT(context.told.str(),
             Catch::StartsWith(
                 "To be removed from: 1 checkpoint, 2.0KB\n"
                 " UUID   |   Experiment ID |   # of Batches | State     | Resources     | Size   | Note\n"
                 "--------+-----------------+----------------+-----------+---------------+--------+--------\n"
                 " other  |               5 |            200 | COMPLETED | code/model.py | 2.0KB  |\n"
                 "        |                 |                |           | nested/a/b.pt |        |\n"));
  CHECK(master.asked.back() == "remove nested code/*.py from other");
}

TEST_CASE_METHOD(Fixture, "rm without globs asks nobody and says that it only refreshes") {
  CHECK(run(commands::checkpoint_rm, {"best,other"}) ==
        "No glob patterns provided, refreshing resources of checkpoints best,other is in progress.\n");
  CHECK(master.asked == Words{"remove from best other"});
}

TEST_CASE_METHOD(Fixture, "a glob that ends in a slash takes folders only") {
  run(commands::checkpoint_rm, {"best", "--glob", "weights.pt/", "--glob", "code/"}, "y\n");
  CHECK_THAT(context.told.str(), Catch::Contains("code/model.py") && !Catch::Contains("weights.pt"));
}

TEST_CASE_METHOD(Fixture, "globs that leave the checkpoint and lists with a gap are usage errors") {
  for (const Words& words :
       {Words{"best", "--glob", "../x"}, Words{"best", "--glob", ""}, Words{"best", "--glob", "./*"},
        Words{"best", "--glob", "."}, Words{"best", "--glob", "**/"}, Words{"best", "--glob", " *.pt"},
        Words{"best", "--glob", "/x"}, Words{"best", "--glob", "code//*"}, Words{"a,,b"}, Words{"a,"},
        Words{""}}) {
    CAPTURE(words);
    CHECK(thrown([&] { run(commands::checkpoint_rm, words); }).failure == Failure::usage);
  }
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "--json of a removal names what the master removes") {
  context.options.json = true;
  CHECK(model::Json::parse(run(commands::checkpoint_delete, {"best,other", "--yes"})) ==
        model::Json::parse(R"({"checkpoints": ["best", "other"]})"));
  context.printed.str("");
  CHECK(model::Json::parse(run(commands::checkpoint_rm, {"best"})) ==
        model::Json::parse(R"({"checkpoints": ["best"], "globs": []})"));
}
