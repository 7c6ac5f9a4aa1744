#include "master/found.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "master/repository/experiments.hpp"
#include "master/repository/trials.hpp"
#include "model/error.hpp"

namespace det::master {
namespace {

Error not_found(std::string_view noun, std::int64_t id) {
  return Error(Failure::not_found, fmt::format("{} '{}' not found", noun, id));
}

}  // namespace

model::ExperimentRecord found_experiment(Connection& connection, std::int64_t id) {
  auto experiment = repository::experiment_by_id(connection, id);
  if (!experiment) throw not_found("experiment", id);
  return std::move(*experiment);
}

model::TrialRecord found_trial(Connection& connection, std::int64_t id) {
  auto trial = repository::trial_by_id(connection, id);
  if (!trial) throw not_found("trial", id);
  return std::move(*trial);
}

void require_trial(Connection& connection, std::int64_t id) {
  if (!repository::trial_state(connection, id)) throw not_found("trial", id);
}

}  // namespace det::master
