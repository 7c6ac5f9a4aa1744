#include "wire/experiment_changes.hpp"

#include "model/error.hpp"
#include "wire/request_fields.hpp"

namespace det::wire {
namespace {

using model::ExperimentPatch;
using model::Json;

template <typename T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

Json policy_of(const ExperimentPatch& patch) {
  auto policy = Json::object();
  put(policy, "saveExperimentBest", patch.save_experiment_best);
  put(policy, "saveTrialBest", patch.save_trial_best);
  put(policy, "saveTrialLatest", patch.save_trial_latest);
  return policy;
}

Json resources_of(const ExperimentPatch& patch) {
  auto resources = Json::object();
  if (patch.max_slots) resources["maxSlots"] = *patch.max_slots ? Json(**patch.max_slots) : Json();
  put(resources, "priority", patch.priority);
  put(resources, "weight", patch.weight);
  return resources;
}

void decode_policy(const RequestFields& policy, ExperimentPatch& patch) {
  const auto count = [&](std::string_view key) {
    const auto value = policy.integer(key);
    if (value && *value < 0) throw Error(Failure::usage, std::string(key) + " must be >= 0");
    return value;
  };
  patch.save_experiment_best = count("saveExperimentBest");
  patch.save_trial_best = count("saveTrialBest");
  patch.save_trial_latest = count("saveTrialLatest");
}

void decode_resources(const RequestFields& resources, ExperimentPatch& patch) {
  patch.priority = resources.integer("priority");
  patch.weight = resources.number("weight");
  if (resources.names("maxSlots")) patch.max_slots = resources.integer("maxSlots");
}

std::string encode_log_retention(const char* id_key, std::int64_t id, int days) {
  return Json{{id_key, id}, {"numDays", days}}.dump();
}

}  // namespace

std::string encode_experiment_patch(std::int64_t experiment_id, const ExperimentPatch& patch) {
  Json body{{"id", experiment_id}};
  if (const auto policy = policy_of(patch); !policy.empty()) body["checkpointStorage"] = policy;
  put(body, "description", patch.description);
  put(body, "labels", patch.labels);
  put(body, "name", patch.name);
  put(body, "notes", patch.notes);
  if (const auto resources = resources_of(patch); !resources.empty()) body["resources"] = resources;
  return document_of(body);
}

ExperimentPatch decode_experiment_patch(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "experiment");
  ExperimentPatch patch{.name = fields.text("name"),
                        .description = fields.text("description"),
                        .notes = fields.text("notes"),
                        .labels = fields.texts("labels")};
  if (const auto* policy = fields.object("checkpointStorage"))
    decode_policy(RequestFields(*policy, "checkpointStorage"), patch);
  if (const auto* resources = fields.object("resources"))
    decode_resources(RequestFields(*resources, "resources"), patch);
  return patch;
}

std::string encode_move(std::int64_t experiment_id, std::int64_t project_id) {
  return Json{{"destinationProjectId", project_id}, {"experimentId", experiment_id}}.dump();
}

std::int64_t decode_destination_project(std::string_view body) {
  const auto tree = parse_request(body);
  return RequestFields(tree, "request").required_integer("destinationProjectId");
}

std::string encode_experiment_log_retention(std::int64_t experiment_id, int days) {
  return encode_log_retention("experimentId", experiment_id, days);
}

std::string encode_trial_log_retention(std::int64_t trial_id, int days) {
  return encode_log_retention("trialId", trial_id, days);
}

std::int64_t decode_log_retention(std::string_view body) {
  const auto tree = parse_request(body);
  return RequestFields(tree, "request").required_integer("numDays");
}

}  // namespace det::wire
