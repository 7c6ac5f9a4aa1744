#include "wire/answers.hpp"

#include "wire/json_text.hpp"

namespace det::wire {
namespace {

constexpr std::string_view project_name = "Uncategorized";

std::string prefixed(std::string_view state) {
  return "STATE_" + std::string(state);
}

void add_time(ObjectText& object, std::string_view key, const std::optional<model::Time>& time) {
  time ? object.time(key, *time) : object.null(key);
}

std::string duration_seconds(const model::ExperimentRecord& experiment) {
  if (!experiment.ended) return "0";
  const auto lasted = std::chrono::floor<std::chrono::seconds>(*experiment.ended - experiment.started);
  return std::to_string(lasted.count());
}

}  // namespace

std::string user_text(const model::UserRecord& user) {
  ObjectText object;
  object.integer("id", user.id).text("username", user.username).flag("admin", user.admin);
  object.flag("active", user.active).null("agentUserGroup").text("displayName", user.display_name);
  object.time("modifiedAt", user.modified).flag("remote", false);
  add_time(object, "lastAuthAt", user.last_login);
  return object.finish();
}

std::string experiment_text(const model::ExperimentRecord& experiment, ExperimentForm form) {
  const bool single = form == ExperimentForm::single;
  ObjectText object;
  object.integer("id", experiment.id).text("description", experiment.description);
  object.document("labels",
                  array_text(experiment.labels, [](const auto& label) { return string_text(label); }));
  object.time("startTime", experiment.started);
  add_time(object, "endTime", experiment.ended);
  object.text("state", prefixed(experiment.state)).flag("archived", experiment.archived);
  object.integer("numTrials", experiment.trial_count);
  object.document("trialIds", array_text(experiment.trial_ids, [](auto id) { return std::to_string(id); }));
  object.text("displayName", single ? std::string() : experiment.owner.username);
  object.integer("userId", experiment.owner.id).text("username", experiment.owner.username);
  object.text("resourcePool", "");
  object.text("searcherType", single ? string_text(experiment.searcher_name) : experiment.searcher_name);
  object.text("searcherMetric", single ? std::string() : experiment.searcher_metric);
  object.document("hyperparameters", single ? "null" : "{}");
  object.text("name", experiment.name).text("notes", experiment.notes).text("jobId", experiment.job_id);
  experiment.parent_id ? object.integer("forkedFrom", *experiment.parent_id) : object.null("forkedFrom");
  object.number("progress", experiment.progress.value_or(0)).integer("projectId", experiment.project_id);
  object.text("projectName", project_name).integer("workspaceId", 1).text("workspaceName", project_name);
  object.flag("parentArchived", false).document("config", experiment.configuration);
  object.text("originalConfig", single ? experiment.original_configuration : std::string());
  object.integer("projectOwnerId", 1).int64("checkpointSize", experiment.checkpoint_size_bytes);
  object.integer("checkpointCount", experiment.checkpoint_count).flag("unmanaged", experiment.unmanaged);
  if (experiment.external_id) object.text("externalExperimentId", *experiment.external_id);
  single ? object.integer("modelDefinitionSize", 0)
         : object.document("duration", duration_seconds(experiment));
  return object.finish();
}

std::string pagination_text(const Page& page) {
  ObjectText object;
  object.integer("offset", page.offset).integer("limit", page.limit).integer("startIndex", page.offset);
  object.integer("endIndex", page.offset + page.count).integer("total", page.total);
  return object.finish();
}

}  // namespace det::wire
