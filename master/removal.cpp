#include "master/removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "master/clock.hpp"
#include "master/collection_plan.hpp"
#include "master/found.hpp"
#include "master/repository/checkpoints.hpp"
#include "model/error.hpp"
#include "storage/checkpoint_store.hpp"
#include "storage/glob.hpp"
#include "storage/remote_place.hpp"
#include "wire/uuid.hpp"

namespace det::master {
namespace {

using model::CheckpointState;

constexpr std::string_view files_mark = "files";

// Absent: the whole checkpoint is meant.
std::optional<std::vector<std::string>> globs_of(std::string_view reason) {
  if (!reason.starts_with(files_mark)) return std::nullopt;
  std::vector<std::string> globs;
  for (auto rest = reason.substr(files_mark.size()); !rest.empty();) {
    const auto end = std::min(rest.find('\n', 1), rest.size());
    globs.emplace_back(rest.substr(1, end - 1));
    rest.remove_prefix(end);
  }
  return globs;
}

struct Target {
  CheckpointState state = CheckpointState::completed;
  std::vector<model::CheckpointFile> files;
  model::StorageConfiguration storage;
};

std::optional<Target> target_of(Connection& connection, const std::string& uuid) {
  auto checkpoint = repository::checkpoint_by_id(connection, uuid);
  if (!checkpoint) return std::nullopt;
  const auto experiment = found_experiment(connection, checkpoint->experiment_id);
  return Target{checkpoint->state, std::move(checkpoint->files), storage_of(connection, experiment, uuid)};
}

storage::Chosen chosen_by(const std::vector<std::string>& globs) {
  return [&globs](std::string_view path) {
    const bool folder = path.ends_with('/');
    if (folder) path.remove_suffix(1);
    return std::any_of(globs.begin(), globs.end(), [&](std::string_view glob) {
      const bool folders_only = glob.ends_with('/');
      if (folders_only) glob.remove_suffix(1);
      return (folder || !folders_only) && storage::glob_matches(glob, path);
    });
  };
}

// What will be so however often it is tried; anything else may pass.
bool lasts(const Error& error) {
  return error.failure == Failure::usage || error.failure == Failure::integrity ||
         error.failure == Failure::permission;
}

// Throws Error while its storage cannot be reached: nothing is known of its files then.
storage::Removed removed(LastStore& last_store, const Target& target, const std::string& uuid,
                         const std::optional<std::vector<std::string>>& globs) try {
  if (!wire::is_uuid(uuid)) return {.failure = "its name is no uuid"};
  const auto store = last_store.open(target.storage);
  return globs ? store->remove_files(uuid, chosen_by(*globs)) : store->remove_checkpoint(uuid);
} catch (const Error& error) {
  if (!lasts(error)) throw;
  return {.failure = error.message};
}

// What the catalogue says of the checkpoint afterwards.
void note(Connection& connection, const std::string& uuid, const Target& target, bool of_single_files,
          const storage::Removed& removed) {
  const bool nothing_known = removed.left.empty() && !removed.failure.empty();
  if (of_single_files && nothing_known) return;
  if (removed.left.empty()) {
    const auto state =
        removed.failure.empty() ? CheckpointState::deleted : CheckpointState::partially_deleted;
    repository::set_checkpoint_state(connection, uuid, state);
  } else if (target.state == CheckpointState::deleted || removed.left != target.files) {
    repository::set_checkpoint_files(connection, uuid, CheckpointState::partially_deleted, removed.left);
  }
}

std::string outcome_of(const storage::Removed& removed) {
  if (!removed.failure.empty()) return "failed: " + removed.failure;
  return removed.left.empty() ? "removed" : "some files are left";
}

}  // namespace

std::string removal_reason::files(const std::vector<std::string>& globs) {
  std::string reason(files_mark);
  for (const auto& glob : globs) {
    if (glob.find('\n') != std::string::npos)
      throw Error(Failure::usage, "a glob cannot contain a line break");
    reason += "\n" + glob;
  }
  return reason;
}

std::shared_ptr<storage::CheckpointStore> LastStore::open(const model::StorageConfiguration& storage) {
  if (kept_ && kept_for_ == storage) return kept_;
  std::shared_ptr<storage::CheckpointStore> store = roots_.open(storage);
  if (!storage::is_remote(storage)) return store;
  kept_for_ = storage;
  return kept_ = store;
}

Carried carry_out(Services& services, LastStore& last_store, const repository::Deletion& deletion,
                  const Warn& warn) {
  const auto& uuid = deletion.checkpoint_id;
  const auto lease = services.leases.for_removal(uuid);
  if (!lease) return Carried::not_yet;
  const auto target =
      services.database.read([&](Connection& connection) { return target_of(connection, uuid); });
  const auto globs = globs_of(deletion.reason);
  const auto result = target ? removed(last_store, *target, uuid, globs) : storage::Removed();
  if (!result.failure.empty()) warn(fmt::format("checkpoint {} is not removed: {}", uuid, result.failure));
  services.database.write([&](Connection& connection) {
    if (target) note(connection, uuid, *target, globs.has_value(), result);
    repository::finish_deletion(connection, deletion.id, target ? outcome_of(result) : "not in the catalogue",
                                now());
  });
  return Carried::out;
}

}  // namespace det::master
