#include "master/repository/checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "master/repository/columns.hpp"
#include "master/repository/standing.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

// Sizes are what a client says: however large, the totals of many stay numbers.
constexpr std::uint64_t largest_checkpoint = std::uint64_t{1} << 53U;

// What a checkpoint adds to the totals of its trial and experiment.
struct Stored {
  std::int64_t trial_id = 0;
  std::int64_t experiment_id = 0;
  std::int64_t size_bytes = 0;
  std::string state;
  bool best = false;  // of its trial

  bool counts() const { return state != "DELETED"; }
};

std::optional<Stored> stored(Connection& connection, std::string_view uuid) {
  auto query = connection.query(
      "SELECT c.trial_id, c.experiment_id, c.size_bytes, c.state, t.best_checkpoint_id IS c.id"
      " FROM checkpoints c JOIN trials t ON t.id = c.trial_id WHERE c.id = ?",
      uuid);
  if (!query.step()) return std::nullopt;
  Stored stored;
  stored.trial_id = query.integer();
  stored.experiment_id = query.integer();
  stored.size_bytes = query.integer();
  stored.state = query.text();
  stored.best = query.flag();
  return stored;
}

void add_to_totals(Connection& connection, const Stored& checkpoint, std::int64_t sign) {
  if (!checkpoint.counts()) return;
  const auto size = sign * checkpoint.size_bytes;
  connection.execute(
      "UPDATE trials SET checkpoint_count = checkpoint_count + ?, checkpoint_size_bytes = "
      "checkpoint_size_bytes + ?"
      " WHERE id = ?",
      sign, size, checkpoint.trial_id);
  connection.execute(
      "UPDATE experiments SET checkpoint_count = checkpoint_count + ?,"
      " checkpoint_size_bytes = checkpoint_size_bytes + ? WHERE id = ?",
      sign, size, checkpoint.experiment_id);
}

// Brings what is derived up to date after a row was written; `before` is what it was.
void derive(Connection& connection, std::string_view uuid, const std::optional<Stored>& before) {
  const auto after = stored(connection, uuid).value();
  if (before) add_to_totals(connection, *before, -1);
  add_to_totals(connection, after, 1);
  if (before && before->best) {
    refresh_best_checkpoint(connection, after.trial_id);
  } else {
    consider_checkpoint(connection, after.trial_id, uuid);
  }
}

std::int64_t size_of(const std::vector<model::CheckpointFile>& files) {
  std::uint64_t size = 0;
  for (const auto& file : files) size += file.size_bytes;
  return static_cast<std::int64_t>(std::min(size, largest_checkpoint));
}

std::int64_t experiment_of(Connection& connection, std::int64_t trial_id) {
  auto query = connection.query("SELECT experiment_id FROM trials WHERE id = ?", trial_id);
  if (!query.step()) throw Error(Failure::not_found, fmt::format("trial '{}' not found", trial_id));
  return query.integer();
}

}  // namespace

void upsert_checkpoint(Connection& connection, const model::CheckpointRecord& checkpoint) {
  const auto before = stored(connection, checkpoint.id);
  if (before && before->trial_id != checkpoint.trial_id) {
    throw Error(Failure::usage,
                fmt::format("checkpoint {} belongs to trial {}", checkpoint.id, before->trial_id));
  }
  // A report that comes late brings no removed files back.
  if (before && (before->state == "DELETED" || before->state == "PARTIALLY_DELETED")) return;
  connection.execute(
      "INSERT INTO checkpoints(id, trial_id, experiment_id, task_id, allocation_id, storage_id, reported, "
      "state, steps,"
      " size_bytes, files, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO UPDATE SET task_id = excluded.task_id, allocation_id = excluded.allocation_id,"
      " storage_id = excluded.storage_id, reported = excluded.reported, state = excluded.state,"
      " steps = excluded.steps, size_bytes = excluded.size_bytes, files = excluded.files,"
      " metadata = excluded.metadata",
      checkpoint.id, checkpoint.trial_id, experiment_of(connection, checkpoint.trial_id), checkpoint.task_id,
      checkpoint.allocation_id, checkpoint.storage_id, checkpoint.reported, state_word(checkpoint.state),
      checkpoint.steps_completed, size_of(checkpoint.files), Blob{files_blob(checkpoint.files)},
      checkpoint.metadata);
  derive(connection, checkpoint.id, before);
}

bool set_checkpoint_metadata(Connection& connection, std::string_view uuid, const model::Document& metadata,
                             std::optional<std::int64_t> steps_completed) {
  const auto before = stored(connection, uuid);
  if (!before) return false;
  connection.execute("UPDATE checkpoints SET metadata = ?, steps = ? WHERE id = ?", metadata, steps_completed,
                     uuid);
  derive(connection, uuid, before);
  return true;
}

bool set_checkpoint_files(Connection& connection, std::string_view uuid, model::CheckpointState state,
                          const std::vector<model::CheckpointFile>& files) {
  const auto before = stored(connection, uuid);
  if (!before) return false;
  connection.execute("UPDATE checkpoints SET state = ?, size_bytes = ?, files = ? WHERE id = ?",
                     state_word(state), size_of(files), Blob{files_blob(files)}, uuid);
  derive(connection, uuid, before);
  return true;
}

bool set_checkpoint_state(Connection& connection, std::string_view uuid, model::CheckpointState state) {
  const auto before = stored(connection, uuid);
  if (!before) return false;
  connection.execute("UPDATE checkpoints SET state = ? WHERE id = ?", state_word(state), uuid);
  derive(connection, uuid, before);
  return true;
}

std::vector<model::GcCandidate> gc_candidates(Connection& connection, std::int64_t experiment_id) {
  auto query = connection.query(
      "SELECT c.id, c.trial_id, c.steps, c.reported, c.state, v.id IS NOT NULL, v.searcher_value,"
      " EXISTS (SELECT 1 FROM model_versions WHERE checkpoint_id = c.id),"
      " EXISTS (SELECT 1 FROM trials WHERE warm_start_checkpoint = c.id AND warm_start_checkpoint <> ''), "
      "c.size_bytes"
      " FROM checkpoints c LEFT JOIN metrics v ON v.trial_id = c.trial_id AND v.grp = 'validation'"
      " AND v.steps = c.steps AND v.archived = 0 WHERE c.experiment_id = ? ORDER BY c.reported, c.id",
      experiment_id);
  std::vector<model::GcCandidate> candidates;
  while (query.step()) {
    auto& candidate = candidates.emplace_back();
    candidate.id = query.text();
    candidate.trial_id = query.text();
    candidate.steps_completed = query.optional_integer();
    candidate.reported = query.time();
    candidate.state_word = query.text();
    candidate.state = state_of(candidate.state_word);
    candidate.validated = query.flag();
    candidate.searcher_metric = query.optional_number();
    candidate.registered = query.flag();
    candidate.warm_start = query.flag();
    candidate.size_bytes = static_cast<std::uint64_t>(query.integer());
  }
  return candidates;
}

}  // namespace det::master::repository
