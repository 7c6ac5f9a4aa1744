#include "tests/unit/model/gc_fixture.hpp"

#include <chrono>
#include <limits>
#include <stdexcept>

#include "tests/support/fixture.hpp"

namespace det::testing {
namespace {

using model::CheckpointState;
using model::Json;

CheckpointState state(const std::string& word) {
  if (word == "COMPLETED") return CheckpointState::completed;
  if (word == "DELETED") return CheckpointState::deleted;
  if (word == "PARTIALLY_DELETED") return CheckpointState::partially_deleted;
  throw std::logic_error("the fixture has an unknown state: " + word);
}

double number(const Json& value) {
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  return value.get<double>();
}

model::GcCandidate candidate(const Json& row) {
  model::GcCandidate made;
  made.id = row.at("id").get<std::string>();
  made.trial_id = std::to_string(row.at("trial").get<int>());
  if (row.contains("steps_completed")) made.steps_completed = row["steps_completed"].get<std::int64_t>();
  made.reported = model::Time{std::chrono::microseconds{row.at("reported_us").get<std::int64_t>()}};
  made.state_word = row.at("state").get<std::string>();
  made.state = state(made.state_word);
  made.validated = row.at("validated").get<bool>();
  if (row.contains("searcher_metric")) made.searcher_metric = number(row["searcher_metric"]);
  made.size_bytes = row.at("size").get<std::uint64_t>();
  return made;
}

}  // namespace

Json gc_fixture(const std::string& name) {
  return Json::parse(fixture("gc/" + name));
}

GcExperiment recorded_experiment(const std::string& name) {
  const Json experiment = gc_fixture("experiments.json").at("experiments").at(name);
  GcExperiment made;
  made.searcher.smaller_is_better = experiment.at("smaller_is_better").get<bool>();
  for (const Json& row : experiment.at("checkpoints")) {
    made.numbers.push_back(row.at("number").get<int>());
    made.candidates.push_back(candidate(row));
  }
  return made;
}

GcExperiment documented_experiment() {
  const Json table = gc_fixture("gc-policy.json");
  GcExperiment made;
  for (const Json& row : table.at("checkpoints")) {
    const int number = row.at("checkpoint").get<int>();
    model::GcCandidate one;
    one.id = "checkpoint-" + std::to_string(number);
    one.trial_id = std::to_string(row.at("trial").get<int>());
    one.steps_completed = number * 100;
    one.reported = model::Time{std::chrono::seconds{number}};
    one.validated = !row.at("metric").is_null();
    if (one.validated) one.searcher_metric = row["metric"].get<double>();
    made.numbers.push_back(number);
    made.candidates.push_back(one);
  }
  return made;
}

std::set<int> saved(const GcExperiment& experiment, const std::vector<model::Retention>& retentions) {
  std::set<int> numbers;
  for (std::size_t i = 0; i < retentions.size(); ++i) {
    if (retentions[i].outcome == model::GcOutcome::kept) numbers.insert(experiment.numbers[i]);
  }
  return numbers;
}

model::GcPolicy policy(const Json& three_counts) {
  return {three_counts.at(0).get<int>(), three_counts.at(1).get<int>(), three_counts.at(2).get<int>()};
}

}  // namespace det::testing
