#include <algorithm>
#include <catch2/catch.hpp>

#include "commands/registry_entries.hpp"
#include "tests/support/fake_context.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using model::Workload;
using model::WorkloadKind;
using testing::thrown;
using Words = std::vector<std::string>;

namespace {

Workload training(std::int64_t batches, model::Json averages) {
  Workload made;
  made.total_batches = batches;
  made.metrics = {{"avgMetrics", std::move(averages)}, {"batchMetrics", model::Json::array()}};
  return made;
}

struct Fixture {
  Fixture() { context.current_master = &master; }

  void add_experiment(const std::string& id, const Words& trials) {
    model::Experiment experiment;
    experiment.id = id;
    experiment.name = "run " + id;
    experiment.state = "PAUSED";
    master.known_experiments[id] = experiment;
    for (const auto& trial_id : trials) {
      model::Trial trial;
      trial.id = trial_id;
      trial.experiment_id = id;
      trial.state = "ERROR";
      master.known_trials.push_back(trial);
    }
  }

  std::string run(const commands::Command& command, Words words) {
    return testing::ran(command, std::move(words), context);
  }
  std::string describe_experiment(Words words) {
    return run(commands::experiment_describe, std::move(words));
  }
  std::string describe_trial(Words words) { return run(commands::trial_describe, std::move(words)); }

  std::string describe_checkpoint(Words words) {
    auto source = std::make_unique<testing::FakeSource>();
    source->rows = {testing::checkpoint_with_loss("a1", 0.25)};
    source->rows[0].files = {{"code/", 0}, {"code/model.py", 77}};
    context.next_source = std::move(source);
    return run(commands::checkpoint_describe, std::move(words));
  }

  testing::FakeMaster master;
  testing::FakeContext context;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an experiment without trials has empty tables, with metrics too") {
  add_experiment("14", {});
  CHECK(describe_experiment({"14", "--metrics"}) ==
        R"(Experiment:
   Experiment ID | State   | Progress   | Started   | Ended   | Name   | Description   | Archived   | Resource Pool   | Labels
-----------------+---------+------------+-----------+---------+--------+---------------+------------+-----------------+----------
              14 | PAUSED  |            |           |         | run 14 |               | False      |                 |

Trials:
 Trial ID   | Experiment ID   | State   | Started   | Ended   | H-Params
------------+-----------------+---------+-----------+---------+------------

Workloads:
 Trial ID   | # of Batches   | State   | Report Time   | Checkpoint State   | Checkpoint Report Time   | Validation State   | Validation Report Time
------------+----------------+---------+---------------+--------------------+--------------------------+--------------------+--------------------------
)");
}

TEST_CASE_METHOD(Fixture, "the metrics of several experiments share the columns, and a zero stays") {
  add_experiment("5", {"6", "7"});
  add_experiment("8", {"9"});
  master.known_workloads = {{"7", {training(100, {{"loss", 0}})}}, {"9", {training(20, {{"gap", 0.5}})}}};
  CHECK(describe_experiment({"5,8", "--metrics", "--csv"}) ==
        "Experiment:\n"
        "Experiment ID,State,Progress,Started,Ended,Name,Description,Archived,Resource Pool,Labels\r\n"
        "5,PAUSED,,,,run 5,,False,,\r\n"
        "8,PAUSED,,,,run 8,,False,,\r\n"
        "\nTrials:\n"
        "Trial ID,Experiment ID,State,Started,Ended,H-Params\r\n"
        "6,5,ERROR,,,null\r\n"
        "7,5,ERROR,,,null\r\n"
        "9,8,ERROR,,,null\r\n"
        "\nWorkloads:\n"
        "Trial ID,# of Batches,State,Report Time,Training Metric: gap,Training Metric: loss,Checkpoint State,"
        "Checkpoint Report Time,Validation State,Validation Report Time\r\n"
        "7,100,,,,0,,,,\r\n"
        "9,20,,,0.5,,,,,\r\n");
}

TEST_CASE_METHOD(Fixture, "workloads are asked page by page, and no further than there are any") {
  add_experiment("5", {"6"});
  for (int i = 0; i < 1001; ++i) master.known_workloads["6"].push_back(training(i, {}));
  describe_experiment({"5"});
  CHECK(master.asked == Words{"experiment 5", "trials 5", "workloads 6 from 0", "workloads 6 from 500",
                              "workloads 6 from 1000"});
}

TEST_CASE_METHOD(Fixture, "an experiment that is not there is named, and nothing is printed") {
  add_experiment("5", {"6"});
  const auto error = thrown([&] { describe_experiment({"5,99"}); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == "failed to describe experiment 99: experiment '99' not found");
  CHECK(context.printed.str().empty());
  CHECK(master.asked == Words{"experiment 5", "experiment 99"});
}

TEST_CASE_METHOD(Fixture, "experiments of other masters are asked there") {
  add_experiment("5", {});
  add_experiment("6", {});
  describe_experiment({"http://other:80#5,6"});
  CHECK(context.asked_addresses == std::set<std::string>{"http://other:80", ""});
}

TEST_CASE_METHOD(Fixture, "a list of experiments has a number between all commas") {
  for (const std::string list : {"", "5,", ",5", "5,,6", "5, 6", "5;6", "ray:x"}) {
    CAPTURE(list);
    CHECK(thrown([&] { describe_experiment({list}); }).failure == Failure::usage);
  }
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "--outdir saves the tables and prints nothing") {
  add_experiment("5", {"6"});
  master.known_workloads = {{"6", {training(100, {{"loss", 0.25}})}}};
  const testing::TemporaryDirectory folder;
  CHECK(describe_experiment({"5", "--metrics", "--outdir", (folder / "out").native()}).empty());
  CHECK(testing::tree(folder / "out") == Words{"experiments.csv", "trials.csv", "workloads.csv"});
  CHECK(testing::read_file(folder / "out/trials.csv") ==
        "Trial ID,Experiment ID,State,Started,Ended,H-Params\r\n"
        "6,5,ERROR,,,null\r\n");
  CHECK(
      testing::read_file(folder / "out/workloads.csv") ==
      "Trial ID,# of Batches,State,Report Time,Training Metric: loss,Checkpoint State,Checkpoint Report Time,"
      "Validation State,Validation Report Time\r\n"
      "6,100,,,0.25,,,,\r\n");
}

TEST_CASE_METHOD(Fixture, "--csv, --json and --outdir exclude each other") {
  CHECK(thrown([&] { describe_experiment({"5", "--csv", "--outdir", "x"}); }).failure == Failure::usage);
  CHECK(thrown([&] { describe_experiment({"5", "--outdir", ""}); }).failure == Failure::usage);
  context.options.json = true;
  CHECK(thrown([&] { describe_experiment({"5", "--csv"}); }).failure == Failure::usage);
  CHECK(thrown([&] { describe_experiment({"5", "--outdir", "x"}); }).failure == Failure::usage);
  CHECK(thrown([&] { describe_trial({"6", "--csv"}); }).failure == Failure::usage);
  CHECK(master.asked.empty());
}

TEST_CASE_METHOD(Fixture, "experiments as JSON are a list, and only they are asked for") {
  add_experiment("5", {"6"});
  context.options.json = true;
  const auto text = describe_experiment({"5,5"});
  CHECK(text.starts_with("[\n  {\n    \"config\": null,\n    \"experiment\": {\n"));
  CHECK(text.ends_with("\n    \"jobSummary\": null\n  }\n]\n"));
  CHECK(master.asked == Words{"experiment 5", "experiment 5"});
}

TEST_CASE_METHOD(Fixture, "a trial as JSON holds the workloads of all pages") {
  add_experiment("5", {"6"});
  for (int i = 0; i < 3; ++i) master.known_workloads["6"].push_back(training(i, {}));
  context.options.json = true;
  const auto text = describe_trial({"6", "--limit", "2"});
  CHECK(std::count(text.begin(), text.end(), '\n') == 47);
  CHECK(text.find("\"totalBatches\": 2") != std::string::npos);
  CHECK(master.asked == Words{"trial 6", "workloads 6 from 0", "workloads 6 from 2"});
}

TEST_CASE_METHOD(Fixture, "a trial's summary of metrics follows its tables") {
  add_experiment("5", {"6"});
  master.known_trials[0].summary_metrics = {{"b", 1}, {"a", {{"x", 0.5}}}};
  CHECK(describe_trial({"6", "--metrics-summary", "--csv"}) ==
        "Experiment ID,State,H-Params,Summary Metrics,Started,Ended\r\n"
        "5,ERROR,null,\"{\n    \"\"b\"\": 1,\n    \"\"a\"\": {\n        \"\"x\"\": 0.5\n    }\n}\",,\r\n"
        "\nWorkloads:\n"
        "# of Batches,Report Time,Checkpoint,Checkpoint UUID,Checkpoint Metadata,Validation Metrics\r\n"
        "{\n  \"a\": {\n    \"x\": 0.5\n  },\n  \"b\": 1\n}\n");
}

TEST_CASE_METHOD(Fixture, "a single page of a trial's workloads is enough when one is asked for") {
  add_experiment("5", {"6"});
  for (int i = 0; i < 9; ++i) master.known_workloads["6"].push_back(training(i, {}));
  CHECK(describe_trial({"6", "--csv", "--metrics", "--limit", "1", "--offset", "4", "--pages", "1"}) ==
        "Experiment ID,State,H-Params,Summary Metrics,Started,Ended\r\n"
        "5,ERROR,null,null,,\r\n"
        "\nWorkloads:\n"
        "# of Batches,Report Time,Checkpoint,Checkpoint UUID,Checkpoint Metadata,Validation Metrics,Workload "
        "Metrics\r\n"
        "4,,,,,,\"{\n    \"\"avgMetrics\"\": null,\n    \"\"batchMetrics\"\": []\n}\"\r\n");
  CHECK(master.asked == Words{"trial 6", "workloads 6 from 4"});
}

TEST_CASE_METHOD(Fixture, "a checkpoint's files follow it where they are asked for") {
  const auto plain = describe_checkpoint({"a1"});
  CHECK(plain.find("model.py") == std::string::npos);
  context.printed.str("");
  CHECK(describe_checkpoint({"a1", "--files"}) == plain + R"(
 File          | Size
---------------+--------
 code/         |
 code/model.py | 77.0B
)");
}

TEST_CASE_METHOD(Fixture, "a checkpoint as JSON is one object, files included") {
  context.options.json = true;
  const auto text = describe_checkpoint({"a1"});
  CHECK(text.starts_with("{\n  \"uuid\": \"a1\",\n"));
  CHECK(text.find("\"code/model.py\": 77") != std::string::npos);
  CHECK(text.ends_with("\n}\n"));
}

TEST_CASE_METHOD(Fixture, "a checkpoint that is not there is named") {
  const auto error = thrown([&] { describe_checkpoint({"b2"}); });
  CHECK(error.failure == Failure::not_found);
  CHECK(error.message == "failed to describe checkpoint b2: checkpoint 'b2' not found");
  CHECK(context.printed.str().empty());
}
