#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "model/error.hpp"
#include "model/number.hpp"
#include "wire/experiment.hpp"
#include "wire/experiment_changes.hpp"
#include "wire/gc_preview.hpp"
#include "wire/object.hpp"
#include "wire/workspace.hpp"

namespace det::client {
namespace {

std::int64_t number(const std::string& id) {
  return model::number<std::int64_t>(id).value_or(0);
}

std::string word(ExperimentVerb verb) {
  switch (verb) {
    case ExperimentVerb::activate:
      return "activate";
    case ExperimentVerb::archive:
      return "archive";
    case ExperimentVerb::cancel:
      return "cancel";
    case ExperimentVerb::kill:
      return "kill";
    case ExperimentVerb::pause:
      return "pause";
    case ExperimentVerb::unarchive:
      return "unarchive";
  }
  return "";
}

bool differ_in_case_only(const std::string& one, const std::string& other) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [&](char a, char b) {
    return lower(static_cast<unsigned char>(a)) == lower(static_cast<unsigned char>(b));
  });
}

// A name that differs in case only is taken where no other is the same: a master finds it so. What a master
// finds besides is another's.
std::string id_of(const std::vector<wire::Named>& found, const std::string& kind, const std::string& name) {
  const wire::Named* best = nullptr;
  for (const auto& one : found) {
    if (one.name == name) return one.id;
    if (best == nullptr && differ_in_case_only(one.name, name)) best = &one;
  }
  if (best == nullptr) throw Error(Failure::not_found, fmt::format("{} '{}' not found", kind, name));
  return best->id;
}

}  // namespace

std::string HttpMaster::set_gc_policy(const std::string& experiment_id, const model::GcPolicy& policy) {
  const std::string path = experiment_path(experiment_id).text();
  const auto body = wire::encode_experiment_patch(number(experiment_id),
                                                  {.save_experiment_best = policy.save_experiment_best,
                                                   .save_trial_best = policy.save_trial_best,
                                                   .save_trial_latest = policy.save_trial_latest});
  const auto answer = exchange_.document({.method = "PATCH", .path = path, .body = body});
  wire::decode_experiment_answer(answer);
  return wire::decode_warning(answer);
}

void HttpMaster::change_experiment(const std::string& id, const model::ExperimentPatch& patch) {
  const std::string path = experiment_path(id).text();
  const auto body = wire::encode_experiment_patch(number(id), patch);
  wire::decode_experiment_answer(exchange_.document({.method = "PATCH", .path = path, .body = body}));
}

void HttpMaster::change_experiment(const std::string& id, ExperimentVerb verb) {
  exchange_.change({.method = "POST", .path = experiment_path(id).part(word(verb)).text()});
}

void HttpMaster::delete_experiment(const std::string& id) {
  exchange_.change({.method = "DELETE", .path = experiment_path(id).text()});
}

void HttpMaster::delete_tensorboard_files(const std::string& experiment_id) {
  exchange_.change(
      {.method = "DELETE", .path = experiment_path(experiment_id).part("tensorboard-files").text()});
}

// The official client asks for the workspace by its id, too.
std::string HttpMaster::project_id(const std::string& workspace, const std::string& project) {
  const auto workspaces = exchange_.document(
      {.path = CallPath("/api/v1/workspaces").with("nameCaseSensitive", workspace).text()});
  const auto found = id_of(wire::decode_named(workspaces, "workspaces"), "workspace", workspace);
  const auto id = wire::decode_workspace_id(
      exchange_.document({.path = CallPath("/api/v1/workspaces").part(found).text()}));
  const auto projects = exchange_.document(
      {.path = CallPath("/api/v1/workspaces").part(id).part("projects").with("name", project).text()});
  return id_of(wire::decode_named(projects, "projects"), "project", project);
}

void HttpMaster::move_experiment(const std::string& id, const std::string& project_id) {
  check_number("project", project_id);
  const std::string path = experiment_path(id).part("move").text();
  const auto body = wire::encode_move(number(id), number(project_id));
  exchange_.change({.method = "POST", .path = path, .body = body});
}

void HttpMaster::retain_experiment_logs(const std::string& id, int days) {
  const std::string path = experiment_path(id).part("retain_logs").text();
  const auto body = wire::encode_experiment_log_retention(number(id), days);
  exchange_.change({.method = "PUT", .path = path, .body = body});
}

void HttpMaster::retain_trial_logs(const std::string& id, int days) {
  const std::string path = trial_path(id).part("retain_logs").text();
  const auto body = wire::encode_trial_log_retention(number(id), days);
  exchange_.change({.method = "PUT", .path = path, .body = body});
}

void HttpMaster::kill_trial(const std::string& id) {
  exchange_.change({.method = "POST", .path = trial_path(id).part("kill").text()});
}

}  // namespace det::client
