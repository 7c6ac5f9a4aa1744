#include "master/repository/trials.hpp"

#include <fmt/format.h>

#include "master/repository/checkpoints.hpp"
#include "master/repository/columns.hpp"
#include "master/repository/metrics.hpp"
#include "master/repository/summaries.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

constexpr std::string_view trial_columns =
    "SELECT t.id, t.experiment_id, t.state, t.started, t.ended, t.restarts, t.run_id, t.hparams, t.task_id,"
    " t.external_id, t.runner_state, t.warm_start_checkpoint, t.total_batches, t.metadata, t.searcher_value,"
    " t.checkpoint_count, t.checkpoint_size_bytes, t.best_validation_id, t.latest_validation_id,"
    " t.best_checkpoint_id FROM trials t ";

std::optional<model::MetricRecord> metrics_at(Connection& connection, std::optional<std::int64_t> id) {
  return id ? metrics_by_id(connection, *id) : std::nullopt;
}

model::TrialRecord trial_of(Connection& connection, Statement& row) {
  model::TrialRecord trial;
  trial.id = row.integer();
  trial.experiment_id = row.integer();
  trial.state = row.text();
  trial.started = row.time();
  trial.ended = row.optional_time();
  trial.restarts = row.integer();
  trial.run_id = row.integer();
  trial.hparams = row.text();
  trial.task_id = row.text();
  trial.external_id = row.optional_text();
  trial.runner_state = row.text();
  trial.warm_start_checkpoint = row.text();
  trial.total_batches = row.integer();
  trial.metadata = row.optional_text();
  trial.searcher_value = row.optional_number();
  trial.checkpoint_count = row.integer();
  trial.checkpoint_size_bytes = row.integer();
  trial.best_validation = metrics_at(connection, row.optional_integer());
  trial.latest_validation = metrics_at(connection, row.optional_integer());
  if (const auto id = row.optional_text()) trial.best_checkpoint = checkpoint_by_id(connection, *id);
  trial.summary = summary_of(connection, trial.id);
  return trial;
}

constexpr std::string_view latest_value =
    "(SELECT nullif(searcher_value, 'NaN') FROM metrics WHERE id = t.latest_validation_id)";

std::string_view column_of(TrialSort sort) {
  switch (sort) {
    case TrialSort::id:
      return "t.id";
    case TrialSort::start_time:
      return "t.started";
    case TrialSort::end_time:
      return "t.ended";
    case TrialSort::state:
      return "t.state";
    case TrialSort::best_validation_metric:
      return "nullif(t.searcher_value, 'NaN')";
    case TrialSort::latest_validation_metric:
      return latest_value;
    case TrialSort::batches_processed:
      return "t.total_batches";
    case TrialSort::duration:
      return "t.ended - t.started";
    case TrialSort::restarts:
      return "t.restarts";
    case TrialSort::checkpoint_size:
      return "t.checkpoint_size_bytes";
  }
  return "t.id";
}

Direction direction_of(Connection& connection, std::int64_t experiment_id, const TrialQuery& query) {
  const bool by_metric =
      query.sort == TrialSort::best_validation_metric || query.sort == TrialSort::latest_validation_metric;
  if (!by_metric || query.direction != Direction::unspecified) return query.direction;
  auto smaller = connection.query("SELECT smaller_is_better FROM experiments WHERE id = ?", experiment_id);
  return !smaller.step() || smaller.flag() ? Direction::ascending : Direction::descending;
}

constexpr std::string_view filter_text =
    " WHERE t.experiment_id = ?1 AND (?2 = '[]' OR t.state IN (SELECT value FROM json_each(?2))) ";

void require_experiment(Connection& connection, std::int64_t id) {
  auto query = connection.query("SELECT 1 FROM experiments WHERE id = ?", id);
  if (!query.step()) throw Error(Failure::not_found, fmt::format("experiment '{}' not found", id));
}

std::optional<std::int64_t> known_by(Connection& connection, const model::TrialRecord& trial) {
  if (!trial.external_id) return std::nullopt;
  auto query = connection.query("SELECT id FROM trials WHERE experiment_id = ? AND external_id = ?",
                                trial.experiment_id, *trial.external_id);
  if (!query.step()) return std::nullopt;
  return query.integer();
}

void add_task(Connection& connection, std::int64_t trial_id, const std::string& task_id) {
  if (task_id.empty()) return;
  connection.execute(
      "INSERT INTO trial_tasks(task_id, trial_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET trial_id = "
      "excluded.trial_id",
      task_id, trial_id);
}

}  // namespace

std::int64_t insert_trial(Connection& connection, const model::TrialRecord& trial) {
  require_experiment(connection, trial.experiment_id);
  if (const auto known = known_by(connection, trial)) {
    throw Error(Failure::usage,
                fmt::format("external id '{}' belongs to trial {}", *trial.external_id, *known));
  }
  connection.execute(
      "INSERT INTO trials(experiment_id, state, started, ended, restarts, run_id, hparams, task_id, "
      "external_id,"
      " runner_state, warm_start_checkpoint, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      trial.experiment_id, trial.state, trial.started, trial.ended, trial.restarts, trial.run_id,
      trial.hparams, trial.task_id, trial.external_id, trial.runner_state, trial.warm_start_checkpoint,
      trial.metadata);
  const auto id = connection.last_id();
  add_task(connection, id, trial.task_id);
  connection.execute("UPDATE experiments SET trial_count = trial_count + 1 WHERE id = ?",
                     trial.experiment_id);
  return id;
}

std::int64_t upsert_trial(Connection& connection, const model::TrialRecord& trial) {
  const auto known = known_by(connection, trial);
  return known ? *known : insert_trial(connection, trial);
}

std::optional<model::TrialRecord> trial_by_id(Connection& connection, std::int64_t id) {
  auto query = connection.query(fmt::format("{} WHERE t.id = ?", trial_columns), id);
  if (!query.step()) return std::nullopt;
  return trial_of(connection, query);
}

std::optional<std::string> trial_state(Connection& connection, std::int64_t id) {
  auto query = connection.query("SELECT state FROM trials WHERE id = ?", id);
  if (!query.step()) return std::nullopt;
  return query.text();
}

std::optional<std::int64_t> trial_of_task(Connection& connection, std::string_view task_id) {
  auto query = connection.query("SELECT trial_id FROM trial_tasks WHERE task_id = ?", task_id);
  if (!query.step()) return std::nullopt;
  return query.integer();
}

Listed<model::TrialRecord> list_trials(Connection& connection, std::int64_t experiment_id,
                                       const TrialQuery& query) {
  const auto states = words_text(query.states);
  Listed<model::TrialRecord> listed{.offset = sql_offset(query.slice)};
  auto count =
      connection.query(fmt::format("SELECT count(*) FROM trials t {}", filter_text), experiment_id, states);
  count.step();
  listed.total = count.integer();
  auto rows = connection.query(
      fmt::format("{} {} ORDER BY {} LIMIT ?3 OFFSET ?4", trial_columns, filter_text,
                  order_by(column_of(query.sort), direction_of(connection, experiment_id, query), "t.id")),
      experiment_id, states, sql_limit(query.slice), listed.offset);
  while (rows.step()) listed.rows.push_back(trial_of(connection, rows));
  return listed;
}

std::vector<std::int64_t> trials_in_states(Connection& connection, std::int64_t experiment_id,
                                           const std::vector<std::string>& states) {
  auto query = connection.query(
      "SELECT id FROM trials WHERE experiment_id = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY "
      "id",
      experiment_id, words_text(states));
  std::vector<std::int64_t> ids;
  while (query.step()) ids.push_back(query.integer());
  return ids;
}

bool update_trial(Connection& connection, std::int64_t id, const TrialChange& change) {
  const bool updated = connection.execute(
                           "UPDATE trials SET state = coalesce(?, state), ended = coalesce(?, ended),"
                           " runner_state = coalesce(?, runner_state), task_id = coalesce(?, task_id),"
                           " metadata = coalesce(?, metadata), restarts = coalesce(?, restarts) WHERE id = ?",
                           change.state, change.ended, change.runner_state, change.task_id, change.metadata,
                           change.restarts, id) > 0;
  if (updated && change.task_id) add_task(connection, id, *change.task_id);
  return updated;
}

bool reopen_trial(Connection& connection, std::int64_t id, std::string_view state) {
  return connection.execute("UPDATE trials SET state = ?, ended = NULL WHERE id = ?", state, id) > 0;
}

std::int64_t start_run(Connection& connection, std::int64_t id) {
  auto query = connection.query("UPDATE trials SET run_id = run_id + 1 WHERE id = ? RETURNING run_id", id);
  if (!query.step()) throw Error(Failure::not_found, fmt::format("trial '{}' not found", id));
  const auto run_id = query.integer();
  query.step();  // to its end
  return run_id;
}

std::optional<std::string> latest_checkpoint_id(Connection& connection, std::int64_t trial_id) {
  auto own = connection.query(
      "SELECT id FROM checkpoints WHERE trial_id = ? AND state = 'COMPLETED'"
      " ORDER BY steps DESC NULLS LAST, reported DESC, id LIMIT 1",
      trial_id);
  if (own.step()) return own.text();
  auto inherited =
      connection.query("SELECT nullif(warm_start_checkpoint, '') FROM trials WHERE id = ?", trial_id);
  return inherited.step() ? inherited.optional_text() : std::nullopt;
}

}  // namespace det::master::repository
