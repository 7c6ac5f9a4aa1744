#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::wire {
namespace {

std::string labels_text(const std::vector<std::string>& labels) {
  return array_text(labels, [](const std::string& label) { return string_text(label); });
}

}  // namespace

std::string registered_model_text(const model::RegisteredModelRecord& registered) {
  return ObjectText()
      .text("name", registered.name)
      .text("description", registered.description)
      .document("metadata", registered.metadata)
      .time("creationTime", registered.created)
      .time("lastUpdatedTime", registered.updated)
      .integer("id", registered.id)
      .integer("numVersions", registered.version_count)
      .document("labels", labels_text(registered.labels))
      .text("username", registered.owner.username)
      .integer("workspaceId", registered.workspace_id)
      .integer("userId", registered.owner.id)
      .flag("archived", registered.archived)
      .text("notes", registered.notes)
      .finish();
}

std::string model_version_text(const model::ModelVersionRecord& version,
                               const model::Document& configuration) {
  return ObjectText()
      .document("model", registered_model_text(version.model))
      .document("checkpoint", checkpoint_text(version.checkpoint, configuration))
      .integer("version", version.number)
      .time("creationTime", version.created)
      .integer("id", version.id)
      .text("name", version.name)
      .document("metadata", version.metadata)
      .time("lastUpdatedTime", version.updated)
      .text("comment", version.comment)
      .text("username", version.owner.username)
      .integer("userId", version.owner.id)
      .document("labels", labels_text(version.labels))
      .text("notes", version.notes)
      .finish();
}

}  // namespace det::wire
