#include "formatting/experiment_table.hpp"

#include <catch2/catch.hpp>

#include "formatting/trial_table.hpp"
#include "recorded.hpp"

using namespace det::formatting;
using namespace det::testing;

namespace {

Table experiments(const std::string& name, const ExperimentColumns& chosen) {
  Table table{experiment_columns(chosen), {}};
  for (const auto& experiment : recorded_experiments(name))
    table.rows.push_back(experiment_row(experiment, chosen));
  return table;
}

Table trials(const std::string& name) {
  Table table{trial_columns(), {}};
  for (const auto& trial : recorded_trials(name)) table.rows.push_back(trial_row(trial));
  return table;
}

std::string csv(const Table& table) {
  auto text = csv_line(Row(table.columns.begin(), table.columns.end()));
  for (const auto& row : table.rows) text += csv_line(row);
  return text;
}

}  // namespace

TEST_CASE("experiments are listed as the official tool lists them") {
  for (const auto* name : {"cli-30-experiment-list", "cli-33-experiment-list-page1"}) {
    INFO(name);
    CHECK(to_text(experiments(name, {})) == recorded_stdout(name));
  }
  CHECK(to_text(experiments("cli-31-experiment-list-all", {.project = true, .archived = true})) ==
        recorded_stdout("cli-31-experiment-list-all"));
  CHECK(csv(experiments("cli-32-experiment-list-csv", {})) == recorded_stdout("cli-32-experiment-list-csv"));
}

TEST_CASE("trials are listed as the official tool lists them") {
  CHECK(to_text(trials("cli-42-list-trials")) == recorded_stdout("cli-42-list-trials"));
  CHECK(csv(trials("cli-43-list-trials-csv")) == recorded_stdout("cli-43-list-trials-csv"));
}

TEST_CASE("names of experiments come out harmless") {
  det::model::Experiment experiment;
  experiment.name = "two\nlines\x1b[31m";
  CHECK(experiment_row(experiment, {})[2] == "two\\nlines\\x1b[31m");
}
