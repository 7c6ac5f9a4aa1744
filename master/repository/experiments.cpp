#include "master/repository/experiments.hpp"

#include <fmt/format.h>

#include "master/repository/columns.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

constexpr std::string_view experiment_columns =
    "SELECT e.id, e.name, e.description, e.notes, e.labels, e.state, e.archived, e.unmanaged, e.progress, "
    "e.started,"
    " e.ended, e.job_id, e.parent_id, e.external_id, e.project_id, e.searcher_name, e.searcher_metric,"
    " e.smaller_is_better, e.trial_count, e.checkpoint_count, e.checkpoint_size_bytes, e.configuration,"
    " e.original_configuration,"
    " u.id, u.username, u.display_name, u.admin, u.active, u.modified, u.last_login"
    " FROM experiments e JOIN users u ON u.id = e.owner_id ";

// A searcher value is a number or the text 'NaN': every number is below every text.
constexpr std::string_view best_value =
    "iif(e.smaller_is_better,"
    " (SELECT min(searcher_value) FROM trials WHERE experiment_id = e.id AND searcher_value < ''),"
    " (SELECT max(searcher_value) FROM trials WHERE experiment_id = e.id AND searcher_value < ''))";

model::ExperimentRecord experiment_of(Statement& row) {
  model::ExperimentRecord experiment;
  experiment.id = row.integer();
  experiment.name = row.text();
  experiment.description = row.text();
  experiment.notes = row.text();
  experiment.labels = words_of(row.text());
  experiment.state = row.text();
  experiment.archived = row.flag();
  experiment.unmanaged = row.flag();
  experiment.progress = row.optional_number();
  experiment.started = row.time();
  experiment.ended = row.optional_time();
  experiment.job_id = row.text();
  experiment.parent_id = row.optional_integer();
  experiment.external_id = row.optional_text();
  experiment.project_id = row.integer();
  experiment.searcher_name = row.text();
  experiment.searcher_metric = row.text();
  experiment.smaller_is_better = row.flag();
  experiment.trial_count = row.integer();
  experiment.checkpoint_count = row.integer();
  experiment.checkpoint_size_bytes = row.integer();
  experiment.configuration = row.text();
  experiment.original_configuration = row.text();
  experiment.owner = user_of(row);
  return experiment;
}

std::optional<model::ExperimentRecord> single(Connection& connection, Statement query) {
  if (!query.step()) return std::nullopt;
  auto experiment = experiment_of(query);
  auto trials = connection.query("SELECT id FROM trials WHERE experiment_id = ? ORDER BY id", experiment.id);
  while (trials.step()) experiment.trial_ids.push_back(trials.integer());
  return experiment;
}

std::string_view column_of(ExperimentSort sort) {
  switch (sort) {
    case ExperimentSort::id:
      return "e.id";
    case ExperimentSort::description:
      return "e.description";
    case ExperimentSort::start_time:
      return "e.started";
    case ExperimentSort::end_time:
      return "e.ended";
    case ExperimentSort::state:
      return "e.state";
    case ExperimentSort::trial_count:
      return "e.trial_count";
    case ExperimentSort::progress:
      return "e.progress";
    case ExperimentSort::user:
      return "u.username";
    case ExperimentSort::name:
      return "e.name";
    case ExperimentSort::forked_from:
      return "e.parent_id";
    case ExperimentSort::resource_pool:
      return "e.id";  // there is one pool
    case ExperimentSort::project_id:
      return "e.project_id";
    case ExperimentSort::checkpoint_size:
      return "e.checkpoint_size_bytes";
    case ExperimentSort::checkpoint_count:
      return "e.checkpoint_count";
    case ExperimentSort::searcher_metric_value:
      return best_value;
  }
  return "e.id";
}

// Every parameter is bound whether or not it filters: one text, prepared once.
constexpr std::string_view filter_text =
    " WHERE (?1 IS NULL OR e.archived = ?1)"
    " AND (?2 = '[]' AND ?3 = '[]' OR u.username IN (SELECT value FROM json_each(?2))"
    "      OR e.owner_id IN (SELECT value FROM json_each(?3)))"
    " AND (?4 = '[]' OR e.state IN (SELECT value FROM json_each(?4)))"
    " AND (?5 = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(?5) wanted"
    "      WHERE wanted.value NOT IN (SELECT value FROM json_each(e.labels))))"
    " AND (?6 = '' OR instr(lower(e.name), lower(?6)))"
    " AND (?7 = '' OR instr(lower(e.description), lower(?7)))"
    " AND (?8 IS NULL OR e.project_id = ?8)"
    " AND (?9 = '[]' OR e.id IN (SELECT value FROM json_each(?9)))";

Statement filtered(Connection& connection, std::string_view sql, const ExperimentFilter& filter) {
  return connection.query(sql, filter.archived, words_text(filter.usernames), numbers_text(filter.user_ids),
                          words_text(filter.states), words_text(filter.labels), filter.name,
                          filter.description, filter.project_id, numbers_text(filter.ids));
}

std::int64_t count_of(Connection& connection, const ExperimentFilter& filter) {
  auto query = filtered(
      connection,
      fmt::format("SELECT count(*) FROM experiments e JOIN users u ON u.id = e.owner_id {}", filter_text),
      filter);
  query.step();
  return query.integer();
}

void require_free_external_id(Connection& connection, const std::string& external_id) {
  auto taken = connection.query("SELECT id FROM experiments WHERE external_id = ?", external_id);
  if (!taken.step()) return;
  throw Error(Failure::usage,
              fmt::format("external id '{}' belongs to experiment {}", external_id, taken.integer()));
}

void require_unregistered(Connection& connection, std::int64_t id) {
  auto registered = connection.query(
      "SELECT c.id, m.name, v.number FROM checkpoints c JOIN model_versions v ON v.checkpoint_id = c.id"
      " JOIN models m ON m.id = v.model_id WHERE c.experiment_id = ? LIMIT 1",
      id);
  if (!registered.step()) return;
  const auto checkpoint = registered.text();
  const auto name = registered.text();
  throw Error(Failure::usage,
              fmt::format("checkpoint {} of experiment {} is registered as version {} of model '{}'",
                          checkpoint, id, registered.integer(), name));
}

}  // namespace

std::int64_t insert_experiment(Connection& connection, const model::ExperimentRecord& experiment) {
  if (experiment.external_id) require_free_external_id(connection, *experiment.external_id);
  connection.execute(
      "INSERT INTO experiments(name, description, notes, labels, state, archived, unmanaged, progress, "
      "started, ended,"
      " job_id, parent_id, external_id, project_id, owner_id, searcher_name, searcher_metric, "
      "smaller_is_better,"
      " configuration, original_configuration)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      experiment.name, experiment.description, experiment.notes, words_text(experiment.labels),
      experiment.state, experiment.archived, experiment.unmanaged, experiment.progress, experiment.started,
      experiment.ended, experiment.job_id, experiment.parent_id, experiment.external_id,
      experiment.project_id, experiment.owner.id, experiment.searcher_name, experiment.searcher_metric,
      experiment.smaller_is_better, experiment.configuration, experiment.original_configuration);
  return connection.last_id();
}

std::optional<model::ExperimentRecord> experiment_by_id(Connection& connection, std::int64_t id) {
  return single(connection, connection.query(fmt::format("{} WHERE e.id = ?", experiment_columns), id));
}

std::optional<model::ExperimentRecord> experiment_by_external_id(Connection& connection,
                                                                 std::string_view external_id) {
  return single(connection,
                connection.query(fmt::format("{} WHERE e.external_id = ?", experiment_columns), external_id));
}

Listed<model::ExperimentRecord> list_experiments(Connection& connection, const ExperimentQuery& query) {
  Listed<model::ExperimentRecord> listed{.total = count_of(connection, query.filter),
                                         .offset = sql_offset(query.slice)};
  auto rows = filtered(connection,
                       fmt::format("{} {} ORDER BY {} LIMIT ?10 OFFSET ?11", experiment_columns, filter_text,
                                   order_by(column_of(query.sort), query.direction, "e.id")),
                       query.filter);
  rows.bind(sql_limit(query.slice)).bind(sql_offset(query.slice));
  while (rows.step()) listed.rows.push_back(experiment_of(rows));
  return listed;
}

std::vector<std::int64_t> experiments_in_states(Connection& connection,
                                                const std::vector<std::string>& states) {
  auto query = connection.query(
      "SELECT id FROM experiments WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id",
      words_text(states));
  std::vector<std::int64_t> ids;
  while (query.step()) ids.push_back(query.integer());
  return ids;
}

bool update_experiment(Connection& connection, std::int64_t id, const ExperimentChange& change) {
  const auto labels = change.labels ? std::optional(words_text(*change.labels)) : std::nullopt;
  return connection.execute(
             "UPDATE experiments SET name = coalesce(?, name), description = coalesce(?, description),"
             " notes = coalesce(?, notes), labels = coalesce(?, labels), archived = coalesce(?, archived),"
             " state = coalesce(?, state), ended = coalesce(?, ended), progress = coalesce(?, progress),"
             " configuration = coalesce(?, configuration), project_id = coalesce(?, project_id) WHERE id = ?",
             change.name, change.description, change.notes, labels, change.archived, change.state,
             change.ended, change.progress, change.configuration, change.project_id, id) > 0;
}

bool reopen_experiment(Connection& connection, std::int64_t id, std::string_view state) {
  return connection.execute("UPDATE experiments SET state = ?, ended = NULL WHERE id = ?", state, id) > 0;
}

bool remove_experiment(Connection& connection, std::int64_t id) {
  require_unregistered(connection, id);
  return connection.execute("DELETE FROM experiments WHERE id = ?", id) > 0;
}

std::optional<double> best_searcher_value(Connection& connection, std::int64_t experiment_id) {
  auto query =
      connection.query(fmt::format("SELECT {} FROM experiments e WHERE e.id = ?", best_value), experiment_id);
  if (!query.step()) return std::nullopt;
  return query.optional_number();
}

}  // namespace det::master::repository
