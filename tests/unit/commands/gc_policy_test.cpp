#include <algorithm>
#include <catch2/catch.hpp>

#include "commands/gc_wait.hpp"
#include "commands/registry_entries.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

// Experiment 17 stores the policy 0 1 1: its best checkpoint, an unvalidated one and its newest.
struct Fixture {
  Fixture() {
    context.current_master = &master;
    model::Experiment experiment;
    experiment.id = "17";
    experiment.configuration.emplace();
    experiment.configuration->searcher.metric = "loss";
    master.known_experiments["17"] = experiment;
    add("best", 0.5, 100);
    add("older", std::nullopt, 200);
    add("newest", std::nullopt, 300);
    master.previews = {{"0 1 1", {"older"}}, {"2 0 0", {"older", "newest"}}};
  }

  void add(const std::string& id, std::optional<double> loss, int steps) {
    auto checkpoint = testing::checkpoint_with_loss(id, loss);
    checkpoint.steps_completed = steps;
    checkpoint.reported = model::Time{std::chrono::seconds{steps}};
    checkpoint.files = {{"weights", 2048}};
    master.known_checkpoints.push_back(checkpoint);
  }

  void run(const commands::Command& command, Words words) {
    testing::ran(command, std::move(words), context);
  }

  void set_policy(int experiment_best, Words more = {}, const std::string& experiment = "17") {
    Words words{experiment,
                "--save-experiment-best",
                std::to_string(experiment_best),
                "--save-trial-best",
                "0",
                "--save-trial-latest",
                "0"};
    words.insert(words.end(), more.begin(), more.end());
    run(commands::experiment_set_gc_policy, words);
  }

  bool changed() const {
    return std::any_of(master.asked.begin(), master.asked.end(),
                       [](const std::string& question) { return question.rfind("set policy", 0) == 0; });
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

const std::string first_list =
    "Deleted now, by the policy stored before the change (experiment best 0, trial best 1, trial latest 1): "
    "1 checkpoint, 2.0KB\n"
    "   Trial ID |   # of Batches | Validation Metric   | UUID   | Size   | Note\n"
    "------------+----------------+---------------------+--------+--------+--------\n"
    "          1 |            200 |                     | older  | 2.0KB  |\n";

const std::string done =
    "Set GC policy of experiment 17 to\n"
    "{'save_experiment_best': 2, 'save_trial_best': 0, 'save_trial_latest': 0}\n";

}  // namespace

TEST_CASE_METHOD(Fixture, "both lists are shown before a yes sets the policy") {
  context.streams.in = true;
  context.typed.str("maybe\nyes\n");
  set_policy(2);
  const std::string question =
      "Changing the checkpoint garbage collection policy of an experiment may result\n"
      "in the unrecoverable deletion of checkpoints.  Do you wish to proceed? [y/n]: ";
  CHECK(context.told.str() ==
        first_list +
            "\n"
            "Deleted from then on, by the new policy (experiment best 2, trial best 0, trial latest 0): "
            "2 checkpoints, 4.0KB\n"
            "   Trial ID |   # of Batches | Validation Metric   | UUID   | Size   | Note\n"
            "------------+----------------+---------------------+--------+--------+--------\n"
            "          1 |            200 |                     | older  | 2.0KB  |\n"
            "          1 |            300 |                     | newest | 2.0KB  |\n" +
            question + "Please respond with 'y'/'yes' or 'n'/'no'\n" + question);
  CHECK(context.printed.str() == done);
  CHECK(master.asked == Words{"experiment 17", "checkpoints 17", "trials 17", "preview 17 0 1 1",
                              "preview 17 2 0 0", "registered checkpoints", "set policy 17 2 0 0"});
}

TEST_CASE_METHOD(Fixture, "no, and the end of input, change nothing") {
  for (const char* typed : {"n\n", "", "maybe\n"}) {
    context.typed.clear();
    context.typed.str(typed);
    CHECK(thrown([&] { set_policy(2); }).failure == Failure::declined);
    CHECK_FALSE(changed());
    CHECK(context.printed.str().empty());
  }
}

TEST_CASE_METHOD(Fixture, "--yes asks nothing, and still tells what is deleted now") {
  set_policy(2, {"--yes"});
  CHECK(context.told.str() == first_list);
  CHECK(context.printed.str() == done);
  CHECK(changed());
}

TEST_CASE_METHOD(Fixture, "--no-input without --yes asks neither the user nor the master") {
  context.options.no_input = true;
  const Error error = thrown([&] { set_policy(2); });
  CHECK(error.failure == Failure::declined);
  CHECK(error.message == "the change needs a confirmation, and --no-input forbids to ask for it");
  CHECK(master.asked.empty());
  set_policy(2, {"--yes"});
  CHECK(changed());
}

TEST_CASE_METHOD(Fixture, "--dry-run prints the plan and changes nothing") {
  context.options.no_input = true;
  set_policy(2, {"--dry-run", "--wait"});
  CHECK_THAT(context.printed.str(), Catch::StartsWith(first_list + "\nDeleted from then on"));
  CHECK(context.told.str().empty());
  CHECK_FALSE(changed());
}

TEST_CASE_METHOD(Fixture, "a preview that fails is computed instead, and said") {
  master.previews.erase("0 1 1");
  set_policy(2, {"--yes"});
  CHECK(context.told.str() ==
        "the master cannot preview the policy 0 1 1, which is computed here: json: unsupported value: NaN\n"
        "Deleted now, by the policy stored before the change (experiment best 0, trial best 1, trial latest "
        "1): "
        "1 checkpoint, 2.0KB (computed here, the master did not say)\n"
        "   Trial ID |   # of Batches | Validation Metric   | UUID   | Size   | Note\n"
        "------------+----------------+---------------------+--------+--------+--------\n"
        "          1 |            200 |                     | older  | 2.0KB  |\n");
  CHECK(changed());
}

TEST_CASE_METHOD(Fixture, "a master that cannot be reached, or does not know the user, stops the command") {
  master.previews.clear();
  for (const Error& error :
       {Error(Failure::unreachable, "no route"), Error(Failure::interrupted, "interrupted"),
        Error(Failure::permission, "who?").with_status(401)}) {
    master.preview_refusal = error;
    CHECK(thrown([&] { set_policy(2, {"--yes"}); }).failure == error.failure);
    CHECK_FALSE(changed());
  }
}

TEST_CASE_METHOD(Fixture, "a registry that is not served is done without, and said") {
  for (const Error& error : {Error(Failure::master, "not here\x1b[2J").with_status(501),
                             Error(Failure::permission, "not you").with_status(403),
                             Error(Failure::not_found, "what?").with_status(404)}) {
    context.told.str("");
    master.registry_refusal = error;
    set_policy(2, {"--yes"});
    CHECK_THAT(
        context.told.str(),
        Catch::StartsWith("registered checkpoints are not marked, the model registry cannot be read: "));
    CHECK(context.told.str().find('\x1b') == std::string::npos);
  }
}

TEST_CASE_METHOD(Fixture, "an experiment that does not exist is not found") {
  master.known_experiments.clear();
  const Error error = thrown([&] { set_policy(2, {"--yes"}); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == "failed to set the GC policy of experiment 17: experiment '17' not found");
}

TEST_CASE_METHOD(Fixture, "an experiment without checkpoints needs no preview") {
  master.known_checkpoints.clear();
  set_policy(2, {"--yes"});
  CHECK(master.asked == Words{"experiment 17", "checkpoints 17", "set policy 17 2 0 0"});
}

TEST_CASE_METHOD(Fixture,
                 "a master that collects by the new policy is asked for one preview and has one list") {
  master.self.feature_switches = {"other", "gc-by-new-policy"};
  set_policy(2, {"--yes"});
  CHECK_THAT(context.told.str(),
             Catch::StartsWith("Deleted by the policy (experiment best 2, trial best 0, trial "
                               "latest 0): 2 checkpoints, 4.0KB\n"));
  CHECK(std::count(master.asked.begin(), master.asked.end(), "preview 17 0 1 1") == 0);
}

TEST_CASE_METHOD(Fixture, "missing, negative and wrong counts are refused before anything is asked") {
  for (const Words& words :
       {Words{"17", "--save-experiment-best", "1", "--save-trial-best", "1"},
        Words{"17", "--save-experiment-best", "-1", "--save-trial-best", "1", "--save-trial-latest", "1"},
        Words{"17", "--save-experiment-best", "x", "--save-trial-best", "1", "--save-trial-latest", "1"},
        Words{"17", "--save-experiment-best", "99999999999", "--save-trial-best", "1", "--save-trial-latest",
              "1"},
        Words{"--save-experiment-best", "1", "--save-trial-best", "1", "--save-trial-latest", "1"}}) {
    CHECK(thrown([&] { run(commands::experiment_set_gc_policy, words); }).failure == Failure::usage);
  }
  CHECK(thrown([&] {
          run(commands::experiment_set_gc_policy,
              {"abc", "--save-experiment-best", "1", "--save-trial-best", "1", "--save-trial-latest", "1"});
        }).failure == Failure::usage);
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "--json prints the plan of a dry run, and the policy that was set") {
  context.options.json = true;
  set_policy(2, {"--dry-run"});
  CHECK(model::Json::parse(context.printed.str()).at("now").at("deleted").at("size") == 2048);
  context.printed.str("");
  set_policy(2, {"--yes"});
  CHECK(model::Json::parse(context.printed.str()) == model::Json::parse(R"({"experiment_id": 17, "policy":
    {"save_experiment_best": 2, "save_trial_best": 0, "save_trial_latest": 0}})"));
}

TEST_CASE_METHOD(Fixture, "gc-plan without flags shows the stored policy alone") {
  run(commands::experiment_gc_plan, {"17"});
  CHECK(context.printed.str() ==
        "   Trial ID |   # of Batches | State     |   Validation Metric | UUID   | Size   | Fate\n"
        "------------+----------------+-----------+---------------------+--------+--------+------------------"
        "-----\n"
        "          1 |            100 | COMPLETED |                 0.5 | best   | 2.0KB  | kept: best of "
        "trial\n"
        "          1 |            200 | COMPLETED |                     | older  | 2.0KB  | deleted\n"
        "          1 |            300 | COMPLETED |                     | newest | 2.0KB  | kept: latest of "
        "trial\n"
        "\n"
        "Deleted by the policy (experiment best 0, trial best 1, trial latest 1): 1 checkpoint, 2.0KB\n"
        "Kept: 2 checkpoints, 4.0KB\n");
  CHECK(std::count(master.asked.begin(), master.asked.end(), "preview 17 0 1 1") == 1);
  CHECK_FALSE(changed());
}

TEST_CASE_METHOD(Fixture, "gc-plan takes the counts that are not given from the stored policy") {
  master.previews["3 1 1"] = {};
  run(commands::experiment_gc_plan, {"17", "--save-experiment-best", "3"});
  CHECK_THAT(context.printed.str(),
             Catch::Contains("by the new policy (experiment best 3, trial best 1, trial "
                             "latest 1): 0 checkpoints, 0.0B\n"));
  CHECK_THAT(context.printed.str(),
             Catch::Contains("! now the master deletes what the new policy keeps: older\n"));
}

TEST_CASE_METHOD(Fixture, "gc-plan asks once when the policy is the stored one") {
  run(commands::experiment_gc_plan, {"17", "--save-trial-best", "1"});
  CHECK(std::count(master.asked.begin(), master.asked.end(), "preview 17 0 1 1") == 1);
}

TEST_CASE_METHOD(Fixture, "gc-plan marks registered checkpoints and warm starts") {
  master.registered = {"older"};
  model::Trial trial;
  trial.experiment_id = "17";
  trial.warm_start_checkpoint = "newest";
  master.known_trials = {trial};
  master.known_experiments["17"].configuration->searcher.source_checkpoint_uuid = "best";
  master.previews["0 1 1"] = {};
  context.options.json = true;
  run(commands::experiment_gc_plan, {"17"});
  std::string keepers;
  const auto plan = model::Json::parse(context.printed.str());
  for (const auto& row : plan.at("checkpoints")) {
    keepers += row.at("uuid").get<std::string>() + row.at("then").at("documents_keep").dump() + "\n";
  }
  CHECK(keepers ==
        "best[\"warm_start\"]\n"
        "older[\"trial_latest\",\"registered\"]\n"
        "newest[\"warm_start\"]\n");
}

TEST_CASE_METHOD(Fixture, "gc-plan --matrix compares policies with those two previews only") {
  run(commands::experiment_gc_plan, {"17", "--matrix", "--save-trial-best", "7"});
  CHECK_THAT(context.printed.str(), Catch::Contains("stored\n") && Catch::Contains("asked\n"));
  context.printed.str("");
  context.options.json = true;
  run(commands::experiment_gc_plan, {"17", "--matrix"});
  CHECK(model::Json::parse(context.printed.str()).size() == 14);
}

TEST_CASE_METHOD(Fixture, "waiting ends when the master has deleted what it was to delete") {
  int pauses = 0;
  commands::await_deletion(context, master, {{"older"}, {"newest"}, {"unknown"}},
                           [&](std::chrono::milliseconds) {
                             ++pauses;
                             if (pauses == 2)
                               master.known_checkpoints[1].state = model::CheckpointState::deleted;
                             if (pauses == 3)
                               master.known_checkpoints[2].state = model::CheckpointState::partially_deleted;
                           });
  CHECK(pauses == 3);
  CHECK(context.told.str() ==
        "waiting for the master to delete 3 checkpoints; without an agent it never does\n");
}

TEST_CASE_METHOD(Fixture, "what was deleted in part before is awaited until it is gone") {
  master.known_checkpoints[1].state = model::CheckpointState::partially_deleted;
  int pauses = 0;
  commands::await_deletion(context, master, {{.id = "older", .was_partial = true}},
                           [&](std::chrono::milliseconds) {
                             if (++pauses == 2)
                               master.known_checkpoints[1].state = model::CheckpointState::deleted;
                           });
  CHECK(pauses == 2);
}

TEST_CASE_METHOD(Fixture, "waiting gives up after ten minutes") {
  std::chrono::milliseconds waited{0};
  const Error error = thrown([&] {
    commands::await_deletion(context, master, {{"older"}},
                             [&](std::chrono::milliseconds time) { waited += time; });
  });
  CHECK(error.failure == Failure::awaited_failed);
  CHECK(error.message ==
        "the policy is set, but the master did not delete 1 of 1 checkpoints within 10 minutes; without an "
        "agent it "
        "never does");
  CHECK(waited == std::chrono::minutes{10});
}

TEST_CASE_METHOD(Fixture, "with nothing to delete --wait returns at once") {
  master.previews["0 1 1"] = {};
  set_policy(2, {"--yes", "--wait"});
  CHECK(changed());
}

TEST_CASE_METHOD(Fixture, "the policy of another master's experiment is planned and set there") {
  set_policy(2, {"--yes"}, "https://other:443#17");
  run(commands::experiment_gc_plan, {"https://other:443#17"});
  CHECK(context.asked_addresses == std::set<std::string>{"https://other:443"});
  CHECK(master.asked.front() == "experiment 17");
}

TEST_CASE_METHOD(Fixture, "a master that cannot delete says so in the plan and after the change") {
  master.warning = "its storage /x lies outside this master's storage roots";
  const std::string said = "the master deletes nothing: " + master.warning + "\n";
  run(commands::experiment_gc_plan, {"17"});
  CHECK_THAT(context.told.str(), Catch::Contains(said));
  context.told.str("");
  set_policy(2, {"--yes"});
  CHECK_THAT(context.told.str(), Catch::EndsWith(said));
}
