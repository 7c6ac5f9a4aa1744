#include <catch2/catch.hpp>

#include "commands/registry_entries.hpp"
#include "model/error.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

struct Fixture {
  Fixture() {
    context.current_master = &master;
    model::Experiment experiment;
    experiment.id = "5";
    experiment.name = "old";
    experiment.description = "as it is";
    experiment.notes = "notes";
    experiment.labels = {"z", "x"};
    master.known_experiments["5"] = experiment;
  }

  std::string run(const commands::Command& command, Words words) {
    return testing::ran(command, std::move(words), context);
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an experiment is paused and whatever else one word asks") {
  CHECK(run(commands::experiment_pause, {"5"}) == "Paused experiment 5\n");
  run(commands::experiment_activate, {"5"});
  run(commands::experiment_cancel, {"5"});
  run(commands::experiment_kill, {"5"});
  run(commands::experiment_archive, {"5"});
  run(commands::experiment_unarchive, {"5"});
  CHECK(context.printed.str() ==
        "Paused experiment 5\nActivated experiment 5\nCanceled experiment 5\nKilled experiment 5\n"
        "Archived experiment 5\nUnarchived experiment 5\n");
  CHECK(master.asked == Words{"pause 5", "activate 5", "cancel 5", "kill 5", "archive 5", "unarchive 5"});
}

TEST_CASE_METHOD(Fixture, "an experiment of another master is named by its address") {
  CHECK(run(commands::experiment_pause, {"http://other:8080#5"}) == "Paused experiment 5\n");
  CHECK(context.asked_addresses == std::set<std::string>{"http://other:8080"});
}

TEST_CASE_METHOD(Fixture, "with --json a verb says what it has asked for") {
  context.options.json = true;
  CHECK(run(commands::experiment_pause, {"5"}) == "{\n  \"experiment_id\": 5,\n  \"action\": \"pause\"\n}\n");
}

TEST_CASE_METHOD(Fixture, "what a change does not concern is sent as it is") {
  CHECK(run(commands::experiment_set_name, {"5", "new"}) == "Set name of experiment 5 to 'new'\n");
  REQUIRE(master.patches.size() == 1);
  const auto& patch = master.patches.front();
  CHECK(patch.name == "new");
  CHECK(patch.description == "as it is");
  CHECK(patch.notes == "notes");
  CHECK(patch.labels == Words{"z", "x"});
  CHECK_FALSE(patch.changes_policy());
  run(commands::experiment_set_description, {"5", "another"});
  CHECK(master.patches.back().description == "another");
  CHECK(master.patches.back().name == "old");
}

TEST_CASE_METHOD(Fixture, "a name that could steer a terminal is shown made visible") {
  CHECK(run(commands::experiment_set_name, {"5", "a\x1b[2J"}) == "Set name of experiment 5 to 'a\\x1b[2J'\n");
  CHECK(master.patches.front().name == "a\x1b[2J");
}

TEST_CASE_METHOD(Fixture, "a label is added behind the others, and once") {
  CHECK(run(commands::experiment_label_add, {"5", "a"}) == "Added label 'a' to experiment 5\n");
  CHECK(master.patches.front().labels == Words{"z", "x", "a"});
  run(commands::experiment_label_add, {"5", "x"});
  CHECK(master.patches.size() == 1);
}

TEST_CASE_METHOD(Fixture, "a label that is not there is not removed") {
  CHECK(run(commands::experiment_label_remove, {"5", "z"}) == "Removed label 'z' from experiment 5\n");
  CHECK(master.patches.front().labels == Words{"x"});
  run(commands::experiment_label_remove, {"5", "nope"});
  CHECK(master.patches.size() == 1);
  context.options.json = true;
  context.printed.str("");
  CHECK(run(commands::experiment_label_remove, {"5", "x"}) ==
        "{\n  \"experiment_id\": 5,\n  \"labels\": [\n    \"z\"\n  ]\n}\n");
}

TEST_CASE_METHOD(Fixture, "resources are set one by one") {
  CHECK(run(commands::experiment_set_max_slots, {"5", "4"}) == "Set `max_slots` of experiment 5 to 4\n");
  run(commands::experiment_set_max_slots, {"5", "none"});
  run(commands::experiment_set_priority, {"5", "40"});
  run(commands::experiment_set_weight, {"5", "2"});
  CHECK(context.printed.str() ==
        "Set `max_slots` of experiment 5 to 4\nSet `max_slots` of experiment 5 to None\n"
        "Set `priority` of experiment 5 to 40\nSet `weight` of experiment 5 to 2.0\n");
  REQUIRE(master.patches.size() == 4);
  REQUIRE(master.patches[0].max_slots);
  CHECK(*master.patches[0].max_slots == 4);
  REQUIRE(master.patches[1].max_slots);
  CHECK_FALSE(*master.patches[1].max_slots);
  CHECK(master.patches[2].priority == 40);
  CHECK(master.patches[3].weight == 2.0);
}

TEST_CASE_METHOD(Fixture, "resources that are no numbers ask nothing") {
  CHECK(thrown([&] {
          run(commands::experiment_set_max_slots, {"5", "1.5"});
        }).message == "invalid max_slots '1.5': a whole number is needed");
  CHECK(thrown([&] {
          run(commands::experiment_set_priority, {"5", "99999999999"});
        }).failure == Failure::usage);
  CHECK(thrown([&] {
          run(commands::experiment_set_weight, {"5", "nan"});
        }).message == "invalid weight 'nan': a number is needed");
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "logs are kept for days or for ever") {
  CHECK(run(commands::experiment_set_log_retention, {"5", "--days", "90"}).empty());
  run(commands::experiment_set_log_retention, {"5", "--forever"});
  run(commands::trial_set_log_retention, {"7", "--days=-1"});
  CHECK(master.asked == Words{"retain logs of experiment 5 for 90", "retain logs of experiment 5 for -1",
                              "retain logs of trial 7 for -1"});
}

TEST_CASE_METHOD(Fixture, "a retention that is not said, or said twice or wrongly, asks nothing") {
  const auto set = [&](Words words) {
    words.insert(words.begin(), "5");
    return thrown([&] { run(commands::experiment_set_log_retention, words); });
  };
  CHECK(set({}).message == "how long to keep the logs is not said");
  CHECK(set({"--days", "none"}).failure == Failure::usage);
  CHECK(set({"--days", "1", "--forever"}).message == "--days and --forever exclude each other");
  CHECK(set({"--days", "32768"}).message == "--days takes a number from -1 to 32767, not '32768'");
  CHECK(set({"--days", "soon"}).failure == Failure::usage);
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "an experiment is deleted after a yes, or unasked") {
  context.typed.str("y\n");
  CHECK(run(commands::experiment_delete, {"5"}) == "Deletion of experiment 5 is in progress\n");
  CHECK(context.told.str().find("unrecoverable") != std::string::npos);
  run(commands::experiment_delete, {"5", "--yes"});
  CHECK(master.asked == Words{"delete experiment 5", "delete experiment 5"});
}

TEST_CASE_METHOD(Fixture, "an experiment is not deleted after a no, at the end of input or without asking") {
  context.typed.str("n\n");
  const auto declined = thrown([&] { run(commands::experiment_delete, {"5"}); });
  CHECK(declined.failure == Failure::declined);
  CHECK(declined.message == "declined; experiment 5 is not deleted");
  context.typed.str("");
  CHECK(thrown([&] { run(commands::experiment_delete, {"5"}); }).failure == Failure::declined);
  context.options.no_input = true;
  CHECK(thrown([&] { run(commands::experiment_delete, {"5"}); }).failure == Failure::declined);
  CHECK(context.printed.str().empty());
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "an experiment is moved to a project by name") {
  master.known_projects["Vision/base lines"] = "7";
  CHECK(run(commands::experiment_move, {"5", "Vision", "base lines"}) ==
        "Moved experiment 5 to project \"base lines\"\n");
  CHECK(master.asked == Words{"project Vision/base lines", "move 5 to 7"});
  CHECK(thrown([&] {
          run(commands::experiment_move, {"5", "Vision", "other"});
        }).message == "failed to move experiment 5: project 'other' not found");
  CHECK(thrown([&] { run(commands::experiment_move, {"5", "", "other"}); }).failure == Failure::usage);
}

TEST_CASE_METHOD(Fixture, "TensorBoard files go once the experiment is known") {
  CHECK(run(commands::experiment_delete_tb_files, {"5"}).empty());
  CHECK(master.asked == Words{"experiment 5", "delete TensorBoard files of 5"});
  CHECK(thrown([&] { run(commands::experiment_delete_tb_files, {"6"}); }).failure == Failure::not_found);
}

TEST_CASE_METHOD(Fixture, "a trial is killed") {
  CHECK(run(commands::trial_kill, {"7"}) == "Killed trial 7\n");
  CHECK(master.asked == Words{"kill trial 7"});
  CHECK(thrown([&] { run(commands::trial_kill, {"seven"}); }).failure == Failure::usage);
}
