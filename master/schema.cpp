#include "master/schema.hpp"

#include <fmt/format.h>

#include <array>

#include "model/error.hpp"

namespace det::master {
namespace {

// Conventions: instants are microseconds since 1970 in UTC, documents are compact JSON text, flags 0 or 1. A
// number that may be NaN has no declared type, for NaN is the text 'NaN'. Counters and what else is marked as
// derived are kept by the code that writes the rows they are derived from, so that no list has to look at
// metrics.
constexpr const char* people = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  admin INTEGER NOT NULL,
  active INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  last_login INTEGER);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
  expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions(user_id);

CREATE TABLE workspaces (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, immutable INTEGER NOT NULL);
CREATE TABLE projects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id INTEGER NOT NULL REFERENCES workspaces,
  name TEXT NOT NULL,
  immutable INTEGER NOT NULL,
  UNIQUE (workspace_id, name));
INSERT INTO workspaces VALUES (1, 'Uncategorized', 1);
INSERT INTO projects VALUES (1, 1, 'Uncategorized', 1);

CREATE TABLE storages (id INTEGER PRIMARY KEY AUTOINCREMENT, configuration TEXT NOT NULL UNIQUE);
)sql";

constexpr const char* runs = R"sql(
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  notes TEXT NOT NULL,
  labels TEXT NOT NULL,
  state TEXT NOT NULL,
  archived INTEGER NOT NULL,
  unmanaged INTEGER NOT NULL,
  progress,
  started INTEGER NOT NULL,
  ended INTEGER,
  job_id TEXT NOT NULL,
  parent_id INTEGER,
  external_id TEXT UNIQUE,
  project_id INTEGER NOT NULL REFERENCES projects,
  owner_id INTEGER NOT NULL REFERENCES users,
  searcher_name TEXT NOT NULL,
  searcher_metric TEXT NOT NULL,
  smaller_is_better INTEGER NOT NULL,
  trial_count INTEGER NOT NULL DEFAULT 0,           -- derived
  checkpoint_count INTEGER NOT NULL DEFAULT 0,      -- derived
  checkpoint_size_bytes INTEGER NOT NULL DEFAULT 0, -- derived
  configuration TEXT NOT NULL,
  original_configuration TEXT NOT NULL);

CREATE TABLE trials (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment_id INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  state TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  restarts INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  hparams TEXT NOT NULL,
  task_id TEXT NOT NULL,
  external_id TEXT,
  runner_state TEXT NOT NULL,
  warm_start_checkpoint TEXT NOT NULL,
  metadata TEXT,
  last_activity INTEGER,                            -- the last sign of life but for reports
  total_batches INTEGER NOT NULL DEFAULT 0,         -- derived, as is the rest
  searcher_value,
  best_validation_id INTEGER,
  latest_validation_id INTEGER,
  best_checkpoint_id TEXT,
  checkpoint_count INTEGER NOT NULL DEFAULT 0,
  checkpoint_size_bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (experiment_id, external_id));
CREATE INDEX trials_by_value ON trials(experiment_id, searcher_value);
CREATE INDEX trials_by_task ON trials(task_id);
CREATE INDEX trials_by_warm_start ON trials(warm_start_checkpoint) WHERE warm_start_checkpoint <> '';

-- Every task that a trial ever had.
CREATE TABLE trial_tasks (
  task_id TEXT PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX trial_tasks_by_trial ON trial_tasks(trial_id);
)sql";

constexpr const char* reports = R"sql(
CREATE TABLE metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trial_id INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  run_id INTEGER NOT NULL,
  grp TEXT NOT NULL,
  steps INTEGER NOT NULL,
  reported INTEGER NOT NULL,
  archived INTEGER NOT NULL DEFAULT 0,
  searcher_value,                                   -- of a validation
  metrics TEXT NOT NULL,
  batch_metrics TEXT);
CREATE INDEX metrics_by_trial ON metrics(trial_id); -- and id
-- At most one report of the same steps counts.
CREATE UNIQUE INDEX current_metrics ON metrics(trial_id, grp, steps) WHERE archived = 0;

CREATE TABLE summaries (                            -- derived from metrics
  trial_id INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  grp TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  count INTEGER NOT NULL,
  sum, min, max,
  last TEXT NOT NULL,
  last_steps INTEGER NOT NULL,
  PRIMARY KEY (trial_id, grp, name)) WITHOUT ROWID;

CREATE TABLE checkpoints (
  id TEXT PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials ON DELETE CASCADE,
  experiment_id INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
  task_id TEXT NOT NULL,
  allocation_id TEXT,
  storage_id INTEGER REFERENCES storages,
  reported INTEGER NOT NULL,
  state TEXT NOT NULL,
  steps INTEGER,
  size_bytes INTEGER NOT NULL,
  files BLOB NOT NULL,                              -- "SIZE PATH", each with a NUL after it
  metadata TEXT NOT NULL);
CREATE INDEX checkpoints_by_experiment ON checkpoints(experiment_id, reported);
CREATE INDEX checkpoints_by_trial ON checkpoints(trial_id, steps);

CREATE TABLE task_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL,
  trial_id INTEGER REFERENCES trials ON DELETE CASCADE,
  written INTEGER,
  level TEXT NOT NULL,
  text TEXT NOT NULL,
  rank INTEGER,
  allocation_id TEXT NOT NULL,
  container_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  source TEXT NOT NULL,
  stdtype TEXT NOT NULL);
CREATE INDEX task_logs_by_trial ON task_logs(trial_id);
CREATE INDEX task_logs_by_task ON task_logs(task_id);

CREATE TABLE deletions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  checkpoint_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  begun INTEGER NOT NULL,
  finished INTEGER,
  outcome TEXT);
CREATE INDEX deletions_unfinished ON deletions(checkpoint_id) WHERE finished IS NULL;
)sql";

constexpr const char* registry = R"sql(
CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  notes TEXT NOT NULL,
  metadata TEXT NOT NULL,
  labels TEXT NOT NULL,
  archived INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  owner_id INTEGER NOT NULL REFERENCES users,
  workspace_id INTEGER NOT NULL REFERENCES workspaces,
  last_number INTEGER NOT NULL DEFAULT 0);          -- numbers of removed versions are not given again

CREATE TABLE model_versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  number INTEGER NOT NULL,
  checkpoint_id TEXT NOT NULL REFERENCES checkpoints,
  name TEXT NOT NULL,
  comment TEXT NOT NULL,
  notes TEXT NOT NULL,
  metadata TEXT NOT NULL,
  labels TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  owner_id INTEGER NOT NULL REFERENCES users,
  UNIQUE (model_id, number));
CREATE INDEX model_versions_by_checkpoint ON model_versions(checkpoint_id);
)sql";

std::string first_version() {
  return fmt::format("{}{}{}{}", people, runs, reports, registry);
}

// Migration N brings a catalogue from version N to N + 1. What has been released is never changed: tests open
// files that older versions wrote.
using Migration = std::string (*)();
constexpr std::array<Migration, 1> migrations{first_version};

int version_of(Connection& connection) {
  auto query = connection.query("PRAGMA user_version");
  return query.step() ? static_cast<int>(query.integer()) : 0;
}

}  // namespace

int schema_version() {
  return static_cast<int>(migrations.size());
}

void migrate(Connection& connection) {
  const int version = version_of(connection);
  if (version > schema_version()) {
    throw Error(
        Failure::usage,
        fmt::format("the catalogue has version {}, but this program knows no version above {}: use the newer "
                    "program that wrote it",
                    version, schema_version()));
  }
  for (int next = version; next < schema_version(); ++next) {
    connection.execute_script(fmt::format("BEGIN IMMEDIATE;{};PRAGMA user_version = {};COMMIT",
                                          migrations[static_cast<std::size_t>(next)](), next + 1));
  }
}

}  // namespace det::master
