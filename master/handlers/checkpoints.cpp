#include <fmt/format.h>

#include <utility>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/handlers/checkpoint_lists.hpp"
#include "master/handlers/handlers.hpp"
#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/model_registry.hpp"
#include "master/repository/settings.hpp"
#include "master/repository/trials.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/requests.hpp"
#include "wire/uuid.hpp"

namespace det::master::handlers {
namespace {

Error not_found(std::string_view uuid) {
  return {Failure::not_found, fmt::format("checkpoint '{}' not found", uuid)};
}

// By its task, else as the report itself says.
std::int64_t trial_of(Connection& connection, const wire::ReportedCheckpoint& reported) {
  if (!reported.task_id.empty()) {
    if (const auto by_task = repository::trial_of_task(connection, reported.task_id)) return *by_task;
  }
  if (reported.trial_id) return *reported.trial_id;
  throw Error(Failure::not_found, fmt::format("trial of task '{}' not found", reported.task_id));
}

void require_storage(Connection& connection, std::optional<std::int64_t> id) {
  if (!id || repository::storage_by_id(connection, *id)) return;
  throw Error(Failure::not_found, fmt::format("storage '{}' not found", *id));
}

Response report(Services& services, const Call& call) {
  auto reported = wire::decode_reported_checkpoint(call.request.body);
  services.database.write([&](Connection& connection) {
    model::CheckpointRecord record;
    record.trial_id = trial_of(connection, reported);
    require_storage(connection, reported.storage_id);
    record.id = reported.id;
    record.task_id = reported.task_id;
    record.allocation_id = reported.allocation_id;
    record.storage_id = reported.storage_id;
    record.reported = reported.reported.value_or(now());
    record.state = reported.state;
    record.files = reported.files;
    record.metadata = reported.metadata;
    record.steps_completed = reported.steps_completed;
    repository::upsert_checkpoint(connection, record);
  });
  return empty_answer();
}

// {"checkpoint": ...}
Response wrapped(Services& services, const std::string& uuid) {
  return json_answer(services.database.read([&](Connection& connection) {
    const auto checkpoint = repository::checkpoint_by_id(connection, uuid);
    if (!checkpoint) throw not_found(uuid);
    const auto experiment = repository::experiment_by_id(connection, checkpoint->experiment_id);
    return wire::ObjectText()
        .document("checkpoint", wire::checkpoint_text(*checkpoint, experiment.value().configuration))
        .finish();
  }));
}

Response describe(Services& services, const Call& call) {
  return wrapped(services, wire::lower_uuid(call.words[0]));
}

Response set_metadata(Services& services, const Call& call) {
  const auto uuid = wire::lower_uuid(call.words[0]);
  const auto wanted = wire::decode_checkpoint_metadata(call.request.body);
  const bool there = services.database.write([&](Connection& connection) {
    return repository::set_checkpoint_metadata(connection, uuid, wanted.metadata, wanted.steps_completed);
  });
  if (!there) throw not_found(uuid);
  return wrapped(services, uuid);
}

// What lies in storage now: nothing means DELETED, and what lay there stays listed.
void note_files(Connection& connection, const wire::CheckpointFiles& now) {
  const auto known = repository::checkpoint_by_id(connection, now.id);
  if (!known) throw not_found(now.id);
  if (now.files.empty()) {
    repository::set_checkpoint_state(connection, now.id, model::CheckpointState::deleted);
  } else if (now.files != known->files) {
    repository::set_checkpoint_files(connection, now.id, model::CheckpointState::partially_deleted,
                                     now.files);
  }
}

Response patch(Services& services, const Call& call) {
  const auto all = wire::decode_checkpoint_files(call.request.body);
  services.database.write([&](Connection& connection) {
    for (const auto& one : all) note_files(connection, one);
  });
  return empty_answer();
}

void require_known(Connection& connection, const std::vector<std::string>& uuids) {
  std::vector<std::string> unknown;
  for (const auto& uuid : uuids) {
    if (!repository::checkpoint_by_id(connection, uuid)) unknown.push_back(uuid);
  }
  if (unknown.empty()) return;
  throw Error(Failure::not_found, fmt::format("checkpoints '{}' not found", fmt::join(unknown, ", ")));
}

void require_unregistered(Connection& connection, const std::vector<std::string>& uuids) {
  std::vector<std::string> registered;
  for (const auto& uuid : uuids) {
    const auto registration = repository::registration_of(connection, uuid);
    if (!registration) continue;
    const auto found = repository::find_model(connection, registration->model);
    registered.push_back(fmt::format("{}, registered to {} (model #{}), version {}", uuid,
                                     registration->model, found.value().id, registration->version));
  }
  if (registered.empty()) return;
  throw Error(Failure::usage,
              fmt::format("this subset of checkpoints provided are in the model registry and cannot be "
                          "deleted: {}.",
                          fmt::join(registered, "; ")));
}

Response remove_files(Services& services, const wire::Removal& removal) {
  services.database.read([&](Connection& connection) {
    require_known(connection, removal.uuids);
    require_unregistered(connection, removal.uuids);
  });
  if (removal.uuids.empty()) return empty_answer();
  if (!services.collection.remove_files) {
    throw Error(Failure::unclassified, "this master cannot remove files");
  }
  services.collection.remove_files(removal.uuids, removal.globs);
  return empty_answer();
}

Response remove_whole(Services& services, const Call& call) {
  auto removal = wire::decode_removal(call.request.body);
  removal.globs = {"**/*"};
  return remove_files(services, removal);
}

// Only inference reports metrics for a checkpoint.
Response metrics_of(Services& services, const Call& call) {
  const auto uuid = wire::lower_uuid(call.words[0]);
  services.database.read([&](Connection& connection) {
    if (!repository::checkpoint_by_id(connection, uuid)) throw not_found(uuid);
  });
  return json_answer(wire::ObjectText().document("metrics", "[]").finish());
}

}  // namespace

std::vector<Route> checkpoints(Services& services) {
  return {
      {"POST", "/api/v1/checkpoints", [&](const Call& call) { return report(services, call); }},
      {"PATCH", "/api/v1/checkpoints", [&](const Call& call) { return patch(services, call); }},
      {"DELETE", "/api/v1/checkpoints", [&](const Call& call) { return remove_whole(services, call); }},
      {"POST", "/api/v1/checkpoints/rm",
       [&](const Call& call) { return remove_files(services, wire::decode_removal(call.request.body)); }},
      {"GET", "/api/v1/checkpoints/{uuid}", [&](const Call& call) { return describe(services, call); }},
      {"POST", "/api/v1/checkpoints/{uuid}/metadata",
       [&](const Call& call) { return set_metadata(services, call); }},
      {"GET", "/api/v1/checkpoints/{uuid}/metrics",
       [&](const Call& call) { return metrics_of(services, call); }},
      {"GET", "/api/v1/experiments/{id}/checkpoints",
       [&](const Call& call) { return experiment_checkpoints(services, call); }},
      {"GET", "/api/v1/trials/{id}/checkpoints",
       [&](const Call& call) { return trial_checkpoints(services, call); }},
  };
}

}  // namespace det::master::handlers
