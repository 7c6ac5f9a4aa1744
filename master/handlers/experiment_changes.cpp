#include <fmt/format.h>

#include <algorithm>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/endings.hpp"
#include "master/experiment_configuration.hpp"
#include "master/found.hpp"
#include "master/handlers/experiment_routes.hpp"
#include "master/handlers/usual_place.hpp"
#include "master/repository/experiments.hpp"
#include "wire/answers.hpp"
#include "wire/experiment_changes.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

using model::ExperimentRecord;

void require_ended(const ExperimentRecord& experiment, std::string_view verb) {
  if (is_final(experiment.state)) return;
  throw Error(Failure::usage, fmt::format("experiment '{}' is {}: only one that has ended can be {}",
                                          experiment.id, experiment.state, verb));
}

// Name, description, labels and policy stand in the configuration, too.
ExperimentRecord changed(Connection& connection, std::int64_t id, const model::ExperimentPatch& patch) {
  const auto experiment = found_experiment(connection, id);
  repository::update_experiment(connection, id,
                                {.name = patch.name,
                                 .description = patch.description,
                                 .notes = patch.notes,
                                 .labels = patch.labels,
                                 .configuration = changed_configuration(experiment.configuration, patch)});
  return found_experiment(connection, id);
}

Response patch(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  const auto patch = wire::decode_experiment_patch(call.request.body);
  if (patch.name && patch.name->empty()) throw Error(Failure::usage, "an experiment's name may not be empty");
  const auto experiment =
      services.database.write([&](Connection& connection) { return changed(connection, id, patch); });
  wire::ObjectText answer;
  answer.document("experiment", wire::experiment_text(experiment, wire::ExperimentForm::single));
  if (patch.changes_policy() && services.collection.on_policy_changed) {
    const auto hindrance = services.collection.on_policy_changed(id);
    if (hindrance) answer.text("warning", *hindrance);
  }
  return json_answer(answer.finish());
}

enum class LabelChange { add, remove };

Response change_label(Services& services, const Call& call, LabelChange change) {
  const auto id = call.id(0, "experiment_id");
  const auto& label = call.words[1];
  const auto experiment = services.database.write([&](Connection& connection) {
    auto labels = found_experiment(connection, id).labels;
    std::erase(labels, label);
    if (change == LabelChange::add) labels.push_back(label);
    return changed(connection, id, {.labels = labels});
  });
  return json_answer(
      wire::ObjectText().document("labels", wire::array_text(experiment.labels, wire::string_text)).finish());
}

Response set_archived(Services& services, const Call& call, bool archived) {
  const auto id = call.id(0, "id");
  services.database.write([&](Connection& connection) {
    require_ended(found_experiment(connection, id), archived ? "archived" : "unarchived");
    repository::update_experiment(connection, id, {.archived = archived});
  });
  return empty_answer();
}

// A repeat changes nothing.
Response cancel(Services& services, const Call& call) {
  const auto id = call.id(0, "id");
  const auto endings = services.database.write([&](Connection& connection) {
    return cancel_experiment(connection, found_experiment(connection, id), now());
  });
  tell_of(services, endings);
  return empty_answer();
}

Response refuse_running(Services& services, const Call& call, std::string_view verb) {
  const auto id = call.id(0, "id");
  const auto experiment =
      services.database.read([&](Connection& connection) { return found_experiment(connection, id); });
  if (is_final(experiment.state)) throw Error(Failure::usage, "experiment in terminal state");
  throw Error(
      Failure::usage,
      fmt::format("experiment '{}' cannot be {}: it is unmanaged, its trials run elsewhere", id, verb));
}

// It is where it is to be, or the project is not there.
Response move(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  services.database.read([&](Connection& connection) { found_experiment(connection, id); });
  const auto project = wire::decode_destination_project(call.request.body);
  if (project != usual_id) throw Error(Failure::not_found, fmt::format("project '{}' not found", project));
  return empty_answer();
}

Response delete_tensorboard_files(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  services.database.read([&](Connection& connection) { found_experiment(connection, id); });
  throw Error(
      Failure::usage,
      "this master removes checkpoints only: TensorBoard files lie where those who wrote them put them");
}

// Where a collector is, it removes files and then rows; elsewhere there are only rows.
Response remove(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  services.database.read(
      [&](Connection& connection) { require_ended(found_experiment(connection, id), "deleted"); });
  if (services.collection.on_experiment_deleted) {
    services.collection.on_experiment_deleted(id);
    return empty_answer();
  }
  services.database.write([&](Connection& connection) {
    require_ended(found_experiment(connection, id), "deleted");
    repository::remove_experiment(connection, id);
  });
  return empty_answer();
}

}  // namespace

std::vector<Route> experiment_changes(Services& services) {
  return {
      {"PATCH", "/api/v1/experiments/{id}", [&](const Call& call) { return patch(services, call); }},
      {"DELETE", "/api/v1/experiments/{id}", [&](const Call& call) { return remove(services, call); }},
      {"PUT", "/api/v1/experiments/{id}/labels/{label}",
       [&](const Call& call) { return change_label(services, call, LabelChange::add); }},
      {"DELETE", "/api/v1/experiments/{id}/labels/{label}",
       [&](const Call& call) { return change_label(services, call, LabelChange::remove); }},
      {"POST", "/api/v1/experiments/{id}/archive",
       [&](const Call& call) { return set_archived(services, call, true); }},
      {"POST", "/api/v1/experiments/{id}/unarchive",
       [&](const Call& call) { return set_archived(services, call, false); }},
      {"POST", "/api/v1/experiments/{id}/cancel", [&](const Call& call) { return cancel(services, call); }},
      {"POST", "/api/v1/experiments/{id}/kill", [&](const Call& call) { return cancel(services, call); }},
      {"POST", "/api/v1/experiments/{id}/move", [&](const Call& call) { return move(services, call); }},
      {"DELETE", "/api/v1/experiments/{id}/tensorboard-files",
       [&](const Call& call) { return delete_tensorboard_files(services, call); }},
      {"POST", "/api/v1/experiments/{id}/pause",
       [&](const Call& call) { return refuse_running(services, call, "paused"); }},
      {"POST", "/api/v1/experiments/{id}/activate",
       [&](const Call& call) { return refuse_running(services, call, "activated"); }},
  };
}

}  // namespace det::master::handlers
