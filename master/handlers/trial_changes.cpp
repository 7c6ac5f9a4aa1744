#include <fmt/format.h>

#include <algorithm>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/endings.hpp"
#include "master/found.hpp"
#include "master/handlers/trial_routes.hpp"
#include "master/handlers/wrapped.hpp"
#include "master/list_parameters.hpp"
#include "master/passwords.hpp"
#include "master/repository/activity.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/trials.hpp"
#include "wire/requests.hpp"

namespace det::master::handlers {
namespace {

void require_open(const model::ExperimentRecord& experiment) {
  if (!experiment.unmanaged) throw Error(Failure::usage, "only unmanaged trials are supported");
  if (experiment.archived)
    throw Error(Failure::usage, fmt::format("experiment '{}' is archived", experiment.id));
  if (experiment.state.starts_with("DELET")) {
    throw Error(Failure::usage, fmt::format("experiment '{}' is {}", experiment.id, experiment.state));
  }
}

// Without an external id a new one each time; with one what is there, or a new one. It begins PAUSED: it runs
// when it says so.
model::TrialRecord created(Connection& connection, const wire::NewTrial& asked) {
  require_open(found_experiment(connection, asked.experiment_id));
  model::TrialRecord trial;
  trial.experiment_id = asked.experiment_id;
  trial.state = "PAUSED";
  trial.started = now();
  trial.hparams = asked.hparams;
  trial.external_id = asked.external_id;
  trial.task_id = fmt::format("{}.{}", asked.experiment_id, random_uuid());
  return found_trial(connection, repository::upsert_trial(connection, trial));
}

Response create(Services& services, const wire::NewTrial& asked) {
  return json_answer(wrapped_trial(
      services.database.write([&](Connection& connection) { return created(connection, asked); })));
}

// What a change of state has led to.
struct Changed {
  model::TrialRecord trial;
  Endings endings = {};
};

// Nothing but a new start (runs.cpp) leaves a final state.
void require_running_experiment(const model::ExperimentRecord& experiment) {
  if (!is_final(experiment.state)) return;
  throw Error(Failure::usage, fmt::format("experiment '{}' has ended as {}: start the trial again to go on",
                                          experiment.id, experiment.state));
}

Changed changed(Connection& connection, std::int64_t id, const std::string& state) {
  const auto trial = found_trial(connection, id);
  if (trial.state == state) return {trial};
  if (is_final(trial.state)) {
    throw Error(Failure::usage,
                fmt::format("trial '{}' has ended as {}: start it again to go on", id, trial.state));
  }
  const auto experiment = found_experiment(connection, trial.experiment_id);
  require_open(experiment);
  if (is_final(state)) {
    auto endings = end_trial(connection, trial, state, now());
    return {found_trial(connection, id), std::move(endings)};
  }
  require_running_experiment(experiment);
  repository::update_trial(connection, id, {.state = state});
  if (state == "RUNNING") repository::update_experiment(connection, experiment.id, {.state = state});
  return {found_trial(connection, id)};
}

std::string known_state(const std::string& state) {
  if (std::find(trial_states.begin(), trial_states.end(), state) == trial_states.end()) {
    refuse_word("STATE_" + state, "trialv1.State");
  }
  return state;
}

// Without a state it is a mere sign of life.
Response patch(Services& services, const Call& call) {
  const auto id = call.id(0, "trial_id");
  const auto state = wire::decode_trial_state(call.request.body);
  if (state) known_state(*state);
  const auto [trial, endings] = services.database.write([&](Connection& connection) -> Changed {
    repository::note_activity(connection, id, now());
    if (!state) return {found_trial(connection, id)};
    return changed(connection, id, *state);
  });
  tell_of(services, endings);
  return json_answer(wrapped_trial(trial));
}

// What has ended stays as it is.
Response end(Services& services, std::int64_t id, std::string_view state) {
  const auto endings = services.database.write([&](Connection& connection) -> Endings {
    const auto trial = found_trial(connection, id);
    if (is_final(trial.state)) return {};
    return end_trial(connection, trial, state, now());
  });
  tell_of(services, endings);
  return empty_answer();
}

Response exit_early(Services& services, const Call& call) {
  const auto reason = wire::decode_exit_reason(call.request.body);
  if (reason != "INVALID_HP" && reason != "INIT_INVALID_HP") {
    refuse_word("EXITED_REASON_" + reason, "trialv1.TrialEarlyExit_ExitedReason");
  }
  return end(services, call.id(0, "trial_id"), "ERROR");
}

}  // namespace

std::vector<Route> trial_changes(Services& services) {
  return {
      {"POST", "/api/v1/trials",
       [&](const Call& call) { return create(services, wire::decode_new_trial(call.request.body)); }},
      {"PUT", "/api/v1/trials",
       [&](const Call& call) { return create(services, wire::decode_put_trial(call.request.body)); }},
      {"PATCH", "/api/v1/trials/{id}", [&](const Call& call) { return patch(services, call); }},
      {"POST", "/api/v1/trials/{id}/kill",
       [&](const Call& call) { return end(services, call.id(0, "id"), "CANCELED"); }},
      {"POST", "/api/v1/trials/{id}/early_exit",
       [&](const Call& call) { return exit_early(services, call); }},
  };
}

}  // namespace det::master::handlers
