#include "wire/requests.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "model/error.hpp"
#include "wire/request_fields.hpp"
#include "wire/state_word.hpp"
#include "wire/uuid.hpp"

namespace det::wire {
namespace {

model::CheckpointState checkpoint_state(const RequestFields& fields) {
  constexpr std::array<std::pair<std::string_view, model::CheckpointState>, 6> words{
      {{"UNSPECIFIED", model::CheckpointState::completed},
       {"ACTIVE", model::CheckpointState::active},
       {"COMPLETED", model::CheckpointState::completed},
       {"ERROR", model::CheckpointState::error},
       {"DELETED", model::CheckpointState::deleted},
       {"PARTIALLY_DELETED", model::CheckpointState::partially_deleted}}};
  const auto word = state_word(fields.text("state").value_or("STATE_COMPLETED"));
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const auto& known) { return known.first == word; });
  if (found == words.end()) throw Error(Failure::usage, word + " is not a valid checkpointv1.State");
  return found->second;
}

// Of one checkpoint; sums of many must stay within 64 bits.
constexpr std::int64_t most_bytes = std::int64_t{1} << 56;

// A file below a checkpoint, or with a '/' at its end a folder: nothing that leads elsewhere, or breaks a
// list.
bool is_path_below(std::string_view path) {
  constexpr std::string_view breaks("\0\r\n", 3);
  if (path.empty() || path.front() == '/' || path.find_first_of(breaks) != std::string_view::npos)
    return false;
  for (std::size_t from = 0; from <= path.size();) {
    const auto end = std::min(path.find('/', from), path.size());
    if (path.substr(from, end - from) == "..") return false;
    from = end + 1;
  }
  return true;
}

// Paths with their sizes, by path.
std::vector<model::CheckpointFile> files_of(const model::Json* resources) {
  std::vector<model::CheckpointFile> files;
  if (resources == nullptr) return files;
  std::int64_t total = 0;
  for (const auto& [path, size] : resources->items()) {
    if (!is_path_below(path)) throw Error(Failure::usage, "resources has a path that leads elsewhere");
    const auto whole = size.is_null() ? 0 : whole_number(size);
    if (!whole) throw Error(Failure::usage, "resources." + path + " is not a whole number");
    const auto bytes = *whole;
    if (bytes < 0) throw Error(Failure::usage, "resources." + path + " is below 0");
    if (bytes > most_bytes - total) throw Error(Failure::usage, "resources are too large");
    total += bytes;
    files.push_back({path, static_cast<std::uint64_t>(bytes)});
  }
  std::sort(files.begin(), files.end(),
            [](const auto& one, const auto& other) { return one.path < other.path; });
  return files;
}

std::optional<std::int64_t> steps_of(const model::Json* metadata) {
  if (metadata == nullptr) return std::nullopt;
  const auto found = metadata->find("steps_completed");
  if (found == metadata->end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

std::vector<std::string> uuids_of(const RequestFields& fields) {
  auto uuids = fields.texts("checkpointUuids").value_or(std::vector<std::string>());
  for (auto& uuid : uuids) {
    if (!is_uuid(uuid)) {
      throw Error(Failure::usage, "converting checkpoint: string " + uuid + " is not a valid uuid");
    }
    uuid = lower_uuid(std::move(uuid));
  }
  return uuids;
}

}  // namespace

LoginRequest decode_login_request(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "login");
  return {.username = fields.text_or_empty("username"),
          .password = fields.text_or_empty("password"),
          .hashed = fields.flag("isHashed")};
}

NewExperiment decode_new_experiment(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "experiment");
  return {.configuration = fields.text_or_empty("config"),
          .parent_id = fields.integer("parentId"),
          .project_id = fields.integer("projectId"),
          .unmanaged = fields.flag("unmanaged"),
          .validate_only = fields.flag("validateOnly")};
}

ReportedCheckpoint decode_reported_checkpoint(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "checkpoint");
  ReportedCheckpoint checkpoint;
  checkpoint.id = lower_uuid(fields.required_text("uuid"));
  checkpoint.task_id = fields.text_or_empty("taskId");
  checkpoint.allocation_id = fields.text("allocationId");
  checkpoint.storage_id = fields.integer("storageId");
  checkpoint.reported = fields.time("reportTime");
  checkpoint.state = checkpoint_state(fields);
  checkpoint.files = files_of(fields.object("resources"));
  checkpoint.metadata = fields.object_document("metadata").value_or("{}");
  checkpoint.steps_completed = steps_of(fields.object("metadata"));
  if (const auto* training = fields.object("training")) {
    checkpoint.trial_id = RequestFields(*training, "training").integer("trialId");
  }
  return checkpoint;
}

NewMetadata decode_checkpoint_metadata(std::string_view body) {
  const auto tree = parse_request(body);
  const auto* wrapped = RequestFields(tree, "request").object("checkpoint");
  const RequestFields fields(wrapped == nullptr ? tree : *wrapped, "checkpoint");
  return {.metadata = fields.object_document("metadata").value_or("{}"),
          .steps_completed = steps_of(fields.object("metadata"))};
}

Removal decode_removal(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "request");
  Removal removal{.uuids = uuids_of(fields),
                  .globs = fields.texts("checkpointGlobs").value_or(std::vector<std::string>())};
  for (const auto& glob : removal.globs) {
    if (glob.empty()) throw Error(Failure::usage, "cannot have empty string glob");
    if (glob.find("..") != std::string::npos) {
      throw Error(Failure::usage, "glob '" + glob + "' cannot contain '..'");
    }
  }
  return removal;
}

std::vector<CheckpointFiles> decode_checkpoint_files(std::string_view body) {
  const auto tree = parse_request(body);
  std::vector<CheckpointFiles> found;
  const auto* list = RequestFields(tree, "request").list("checkpoints");
  if (list == nullptr) return found;
  for (const auto& element : *list) {
    const RequestFields fields(element, "checkpoints");
    const auto* resources = fields.object("resources");
    if (resources == nullptr) continue;
    const RequestFields inner(*resources, "resources");
    found.push_back({lower_uuid(fields.required_text("uuid")), files_of(inner.object("resources"))});
  }
  return found;
}

NewModel decode_new_model(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "model");
  return {.name = fields.required_text("name"),
          .description = fields.text_or_empty("description"),
          .notes = fields.text_or_empty("notes"),
          .metadata = fields.object_document("metadata").value_or("{}"),
          .labels = fields.texts("labels").value_or(std::vector<std::string>()),
          .workspace_id = fields.integer("workspaceId"),
          .workspace_name = fields.text("workspaceName")};
}

ModelPatch decode_model_patch(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields outer(tree, "request");
  const auto* wrapped = outer.object("model");
  if (wrapped == nullptr) wrapped = outer.object("modelVersion");
  const RequestFields fields(wrapped == nullptr ? tree : *wrapped, "model");
  return {.name = fields.text("name"),
          .description = fields.text("description"),
          .comment = fields.text("comment"),
          .notes = fields.text("notes"),
          .metadata = fields.object_document("metadata"),
          .labels = fields.texts("labels"),
          .workspace_id = fields.integer("workspaceId"),
          .workspace_name = fields.text("workspaceName")};
}

std::int64_t decode_destination_workspace(std::string_view body) {
  const auto tree = parse_request(body);
  return RequestFields(tree, "request").required_integer("destinationWorkspaceId");
}

NewModelVersion decode_new_model_version(std::string_view body) {
  const auto tree = parse_request(body);
  const RequestFields fields(tree, "modelVersion");
  return {.checkpoint_id = lower_uuid(fields.required_text("checkpointUuid")),
          .name = fields.text_or_empty("name"),
          .comment = fields.text_or_empty("comment"),
          .notes = fields.text_or_empty("notes"),
          .metadata = fields.object_document("metadata").value_or("{}"),
          .labels = fields.texts("labels").value_or(std::vector<std::string>())};
}

}  // namespace det::wire
