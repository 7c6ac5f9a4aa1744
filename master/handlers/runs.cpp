#include <fmt/format.h>

#include <algorithm>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/endings.hpp"
#include "master/experiment_configuration.hpp"
#include "master/found.hpp"
#include "master/handlers/trial_routes.hpp"
#include "master/repository/activity.hpp"
#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/settings.hpp"
#include "master/repository/trials.hpp"
#include "wire/json_text.hpp"
#include "wire/requests.hpp"

// A run is one start of a trial; the API gives it the trial's id.
namespace det::master::handlers {
namespace {

constexpr std::size_t longest_storage = std::size_t{64} << 10U;

void require_startable(const model::ExperimentRecord& experiment, const model::TrialRecord& trial,
                       bool resumes) {
  if (!experiment.unmanaged) throw Error(Failure::usage, "only unmanaged trials are supported");
  if (experiment.archived || experiment.state.starts_with("DELET")) {
    throw Error(Failure::usage, fmt::format("experiment '{}' is archived, or being deleted", experiment.id));
  }
  if (!resumes && trial.run_id > 0) {
    throw Error(Failure::usage,
                fmt::format("trial '{}' was started before: resume it, or create another one", trial.id));
  }
}

// This is what makes a trial and an experiment that have ended run again.
void reopen(Connection& connection, const model::ExperimentRecord& experiment,
            const model::TrialRecord& trial) {
  if (is_final(trial.state)) repository::reopen_trial(connection, trial.id, "RUNNING");
  if (is_final(experiment.state)) repository::reopen_experiment(connection, experiment.id, "RUNNING");
}

std::string started_text(Connection& connection, std::int64_t trial_id, std::int64_t run_id) {
  const auto latest = repository::latest_checkpoint_id(connection, trial_id);
  const auto checkpoint = latest ? repository::checkpoint_by_id(connection, *latest) : std::nullopt;
  wire::ObjectText text;
  text.integer("trialRunId", run_id);
  text.integer("stepsCompleted", checkpoint ? checkpoint->steps_completed.value_or(0) : 0);
  if (latest) text.text("latestCheckpoint", *latest);
  return text.finish();
}

Response start(Services& services, const Call& call) {
  const auto id = call.id(0, "trial_id");
  const bool resumes = wire::decode_resume(call.request.body);
  return json_answer(services.database.write([&](Connection& connection) {
    const auto trial = found_trial(connection, id);
    const auto experiment = found_experiment(connection, trial.experiment_id);
    require_startable(experiment, trial, resumes);
    reopen(connection, experiment, trial);
    repository::note_activity(connection, id, now());
    return started_text(connection, id, repository::start_run(connection, id));
  }));
}

// The storage that a run reports to, or its experiment's.
Response prepare(Services& services, const Call& call) {
  const auto asked = wire::decode_run_start(call.request.body);
  if (asked.storage && asked.storage->size() > longest_storage) {
    throw Error(Failure::usage, "request.checkpointStorage is too long");
  }
  const auto storage = services.database.write([&](Connection& connection) {
    const auto trial = found_trial(connection, asked.run_id);
    repository::note_activity(connection, trial.id, now());
    const auto own =
        asked.storage
            ? *asked.storage
            : storage_of_configuration(found_experiment(connection, trial.experiment_id).configuration);
    return repository::storage_id(connection, own);
  });
  return json_answer(wire::ObjectText().integer("storageId", storage).finish());
}

std::string metadata_text(const std::optional<model::Document>& metadata) {
  return wire::ObjectText().document("metadata", metadata.value_or("{}")).finish();
}

Response set_metadata(Services& services, const Call& call) {
  const auto id = call.id(0, "run_id");
  const auto metadata = wire::decode_run_metadata(call.request.body);
  services.database.write([&](Connection& connection) {
    found_trial(connection, id);
    repository::update_trial(connection, id, {.metadata = metadata});
  });
  return json_answer(metadata_text(metadata));
}

Response metadata(Services& services, const Call& call) {
  const auto id = call.id(0, "run_id");
  return json_answer(metadata_text(
      services.database.read([&](Connection& connection) { return found_trial(connection, id).metadata; })));
}

// An experiment's progress is that of its trials, where those that have ended are done.
Response progress(Services& services, const Call& call) {
  const auto id = call.id(0, "trial_id");
  const auto progress = std::clamp(wire::decode_progress(call.request.body), 0.0, 1.0);
  services.database.write([&](Connection& connection) {
    const auto trial = found_trial(connection, id);
    repository::note_activity(connection, id, now());
    const auto experiment = found_experiment(connection, trial.experiment_id);
    if (is_final(experiment.state)) return;
    const auto done =
        repository::trials_in_states(connection, experiment.id, {"COMPLETED", "CANCELED", "ERROR"}).size();
    const auto share = (static_cast<double>(done) + progress) / static_cast<double>(experiment.trial_count);
    repository::update_experiment(connection, experiment.id, {.progress = std::min(share, 1.0)});
  });
  return empty_answer();
}

Response set_runner_state(Services& services, const Call& call) {
  const auto id = call.id(0, "trial_id");
  const auto state = wire::decode_runner_state(call.request.body);
  services.database.write([&](Connection& connection) {
    found_trial(connection, id);
    repository::note_activity(connection, id, now());
    repository::update_trial(connection, id, {.runner_state = state});
  });
  return empty_answer();
}

}  // namespace

std::vector<Route> runs(Services& services) {
  return {
      {"POST", "/api/v1/trials/{id}/start", [&](const Call& call) { return start(services, call); }},
      {"POST", "/api/v1/trials/{id}/progress", [&](const Call& call) { return progress(services, call); }},
      {"POST", "/api/v1/trials/{id}/runner/metadata",
       [&](const Call& call) { return set_runner_state(services, call); }},
      {"POST", "/api/v1/runs/start", [&](const Call& call) { return prepare(services, call); }},
      {"POST", "/api/v1/runs/{id}/metadata", [&](const Call& call) { return set_metadata(services, call); }},
      {"GET", "/api/v1/runs/{id}/metadata", [&](const Call& call) { return metadata(services, call); }},
  };
}

}  // namespace det::master::handlers
