#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "model/retention.hpp"

namespace det::testing {

// tests/fixtures/gc/NAME.
model::Json gc_fixture(const std::string& name);

struct GcExperiment {
  std::vector<int> numbers;  // what the tables call the checkpoints
  std::vector<model::GcCandidate> candidates;
  model::Searcher searcher;
};

// One of experiments.json, and the documented table in the same form.
GcExperiment recorded_experiment(const std::string& name);
GcExperiment documented_experiment();

// The numbers of those that are not removed.
std::set<int> saved(const GcExperiment& experiment, const std::vector<model::Retention>& retentions);

model::GcPolicy policy(const model::Json& three_counts);

}  // namespace det::testing
