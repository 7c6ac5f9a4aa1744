#include "master/endings.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "master/repository/activity.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/trials.hpp"

namespace det::master {
namespace {

constexpr std::array<std::string_view, 5> final_states{"COMPLETED", "CANCELED", "ERROR", "DELETED",
                                                       "DELETE_FAILED"};

void end_experiment(Connection& connection, std::int64_t id, const std::string& state, model::Time now) {
  const auto progress = state == "COMPLETED" ? std::optional(1.0) : std::nullopt;
  repository::update_experiment(connection, id, {.state = state, .ended = now, .progress = progress});
}

// What an experiment's trials come to; absent while one of them has not ended.
std::optional<std::string> outcome(Connection& connection, const model::ExperimentRecord& experiment) {
  const auto count = [&](const char* state) {
    return static_cast<std::int64_t>(repository::trials_in_states(connection, experiment.id, {state}).size());
  };
  const auto completed = count("COMPLETED");
  const auto failed = count("ERROR");
  if (completed + failed + count("CANCELED") < experiment.trial_count) return std::nullopt;
  if (completed > 0) return "COMPLETED";
  return failed == experiment.trial_count ? "ERROR" : "CANCELED";
}

bool can_end(const model::ExperimentRecord& experiment) {
  return !is_final(experiment.state) && experiment.state != "DELETING";
}

}  // namespace

bool is_final(std::string_view state) {
  return std::find(final_states.begin(), final_states.end(), state) != final_states.end();
}

Endings end_trial(Connection& connection, const model::TrialRecord& trial, std::string_view state,
                  model::Time now) {
  repository::update_trial(connection, trial.id, {.state = std::string(state), .ended = now});
  Endings endings{.trials = {trial.id}};
  const auto experiment = repository::experiment_by_id(connection, trial.experiment_id);
  if (!experiment || !experiment->unmanaged || !can_end(*experiment)) return endings;
  if (const auto ended = outcome(connection, *experiment)) {
    end_experiment(connection, experiment->id, *ended, now);
    endings.experiments.push_back(experiment->id);
  }
  return endings;
}

Endings cancel_experiment(Connection& connection, const model::ExperimentRecord& experiment,
                          model::Time now) {
  if (!can_end(experiment)) return {};
  Endings endings{.experiments = {experiment.id}};
  for (const auto id : experiment.trial_ids) {
    const auto trial = repository::trial_by_id(connection, id);
    if (!trial || is_final(trial->state)) continue;
    repository::update_trial(connection, id, {.state = "CANCELED", .ended = now});
    endings.trials.push_back(id);
  }
  end_experiment(connection, experiment.id, "CANCELED", now);
  return endings;
}

Endings sweep_silent_experiments(Database& database, model::Time now) {
  const auto since = now - longest_silence;
  const auto silent =
      database.read([&](Connection& connection) { return repository::silent_trials(connection, since); });
  if (silent.empty()) return {};
  return database.write([&](Connection& connection) {
    Endings all;
    for (const auto id : repository::silent_trials(connection, since)) {
      const auto trial = repository::trial_by_id(connection, id);
      if (!trial) continue;
      const auto one = end_trial(connection, *trial, "ERROR", now);
      all.trials.push_back(id);
      all.experiments.insert(all.experiments.end(), one.experiments.begin(), one.experiments.end());
    }
    return all;
  });
}

void tell_of(const Services& services, const Endings& endings) {
  for (const auto id : endings.trials) services.log_followers.wake(id);
  if (!services.collection.on_experiment_ended) return;
  for (const auto id : endings.experiments) services.collection.on_experiment_ended(id);
}

}  // namespace det::master
