#include <catch2/catch.hpp>

#include <chrono>

#include "formatting/experiment_description.hpp"
#include "formatting/file_table.hpp"
#include "formatting/trial_description.hpp"

using namespace det::formatting;

namespace {

const det::model::Time started{std::chrono::seconds{1795219008}};

}  // namespace

TEST_CASE("a described experiment shows its labels in order") {
  det::model::Experiment experiment;
  experiment.id = "10";
  experiment.name = "tune, twice";
  experiment.state = "ERROR";
  experiment.progress = 0.123;
  experiment.started = started;
  experiment.labels = {"zeta", "alpha\x1b"};
  CHECK(csv_line(described_experiment_row(experiment)) ==
        "10,ERROR,12.3%,2026-11-20 23:56:48+0000,,\"tune, twice\",,False,,\"alpha\\x1b, zeta\"\r\n");
  CHECK(described_experiment_row(experiment).size() == described_experiment_columns().size());
}

TEST_CASE("a described trial shows hyperparameters and summary as indented JSON") {
  det::model::Trial trial;
  trial.id = "7";
  trial.experiment_id = "5";
  trial.state = "COMPLETED";
  trial.started = started;
  trial.hparams = {{"lr", 0.2}};
  CHECK(described_trial_row(trial) ==
        Row{"7", "5", "COMPLETED", "2026-11-20 23:56:48+0000", Cell{}, "{\n    \"lr\": 0.2\n}"});
  CHECK(described_trial_row(trial).size() == described_trial_columns().size());
  CHECK(trial_description_row(trial) ==
        Row{"5", "COMPLETED", "{\n    \"lr\": 0.2\n}", "null", "2026-11-20 23:56:48+0000", Cell{}});
  CHECK(trial_description_row(trial).size() == trial_description_columns().size());
}

TEST_CASE("a folder of a checkpoint has no size") {
  const Table table{file_columns(),
                    {file_row({"code/", 0}), file_row({"code/a.py", 77}), file_row({"b\n", 1129})}};
  CHECK(to_text(table) ==
        " File      | Size\n"
        "-----------+--------\n"
        " code/     |\n"
        " code/a.py | 77.0B\n"
        " b\\n       | 1.1KB\n");
}
