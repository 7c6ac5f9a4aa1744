#include <fmt/format.h>

#include "master/repository/checkpoints.hpp"
#include "master/repository/columns.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

// The report that counts of a group at a checkpoint's steps.
constexpr std::string_view validation_join =
    " LEFT JOIN metrics v ON v.trial_id = c.trial_id AND v.grp = 'validation' AND v.steps = c.steps"
    " AND v.archived = 0 ";
constexpr std::string_view checkpoint_columns =
    "SELECT c.id, c.task_id, c.allocation_id, c.storage_id, c.trial_id, c.experiment_id, c.reported, "
    "c.state, c.files,"
    " c.metadata, c.steps, t.hparams, m.metrics, v.metrics, v.searcher_value, v.id,"
    " EXISTS (SELECT 1 FROM model_versions WHERE checkpoint_id = c.id)";
constexpr std::string_view other_joins =
    " JOIN trials t ON t.id = c.trial_id LEFT JOIN metrics m ON m.trial_id = c.trial_id AND m.grp = "
    "'training'"
    " AND m.steps = c.steps AND m.archived = 0 ";
// NaN and the infinities of a document are words.
constexpr std::string_view metric_value =
    "(SELECT CASE type WHEN 'integer' THEN value WHEN 'real' THEN value ELSE CASE value WHEN 'Infinity' THEN "
    "9e999"
    " WHEN '-Infinity' THEN -9e999 END END FROM json_each(v.metrics) WHERE key = ?3 LIMIT 1)";

model::CheckpointRecord checkpoint_of(Statement& row) {
  model::CheckpointRecord checkpoint;
  checkpoint.id = row.text();
  checkpoint.task_id = row.text();
  checkpoint.allocation_id = row.optional_text();
  checkpoint.storage_id = row.optional_integer();
  checkpoint.trial_id = row.integer();
  checkpoint.experiment_id = row.integer();
  checkpoint.reported = row.time();
  checkpoint.state = state_of(row.text());
  checkpoint.files = files_of(row.text());
  checkpoint.metadata = row.text();
  checkpoint.steps_completed = row.optional_integer();
  checkpoint.hparams = row.text();
  checkpoint.training_metrics = row.optional_text();
  checkpoint.validation_metrics = row.optional_text();
  checkpoint.searcher_metric = row.optional_number();
  checkpoint.validation_id = row.optional_integer();
  checkpoint.registered = row.flag();
  return checkpoint;
}

std::string_view value_of(CheckpointSort sort) {
  switch (sort) {
    case CheckpointSort::reported:
    case CheckpointSort::end_time:
      return "c.reported";
    case CheckpointSort::uuid:
      return "c.id";
    case CheckpointSort::trial_id:
      return "c.trial_id";
    case CheckpointSort::batch_number:
      return "c.steps";
    case CheckpointSort::state:
      return "c.state";
    case CheckpointSort::searcher_metric:
      return "nullif(v.searcher_value, 'NaN')";
    case CheckpointSort::metric:
      return metric_value;
  }
  return "c.reported";
}

struct Scope {
  std::string_view column;  // of checkpoints
  std::int64_t id = 0;
};

bool smaller_is_better(Connection& connection, const Scope& scope) {
  auto query =
      connection.query(scope.column == "trial_id" ? "SELECT smaller_is_better FROM experiments WHERE id = "
                                                    "(SELECT experiment_id FROM trials WHERE id = ?)"
                                                  : "SELECT smaller_is_better FROM experiments WHERE id = ?",
                       scope.id);
  return !query.step() || query.flag();
}

// Best first: infinite values after all finite ones, as whoever chooses a best one does.
// Without a value, the latest first.
std::string best_first(Connection& connection, const Scope& scope) {
  return fmt::format(
      "abs(nullif(v.searcher_value, 'NaN')) = 9e999 ASC NULLS LAST,"
      " nullif(v.searcher_value, 'NaN') {}, v.id IS NULL, v.id, c.reported DESC, c.id",
      smaller_is_better(connection, scope) ? "ASC" : "DESC");
}

std::string order_of(Connection& connection, const Scope& scope, const CheckpointQuery& query) {
  if (query.sort == CheckpointSort::searcher_metric && query.direction == Direction::unspecified) {
    return best_first(connection, scope);
  }
  const std::string_view direction = query.direction == Direction::descending ? "DESC" : "ASC";
  // After the values come NaN and then what is missing.
  const std::string_view absent =
      query.sort == CheckpointSort::searcher_metric ? "v.searcher_value IS NULL," : "";
  return fmt::format("{0} {1} NULLS LAST, {2} c.reported {1}, c.id {1}", value_of(query.sort), direction,
                     absent);
}

std::string states_text(const std::vector<model::CheckpointState>& states) {
  std::vector<std::string> words;
  for (const auto state : states) words.emplace_back(state_word(state));
  return words_text(words);
}

std::string filter_text(const Scope& scope) {
  return fmt::format(" WHERE c.{} = ?1 AND (?2 = '[]' OR c.state IN (SELECT value FROM json_each(?2)))",
                     scope.column);
}

std::int64_t count_of(Connection& connection, const Scope& scope, const std::string& states) {
  auto query = connection.query(fmt::format("SELECT count(*) FROM checkpoints c {}", filter_text(scope)),
                                scope.id, states);
  query.step();
  return query.integer();
}

std::int64_t start_of(const Slice& slice, std::int64_t total) {
  const auto start = slice.offset < 0 ? total + slice.offset : slice.offset;
  if (start < 0 || start > total) throw Error(Failure::usage, "offset out of bounds");
  return start;
}

Listed<std::int64_t> order(Connection& connection, const Scope& scope, const CheckpointQuery& query) {
  const auto states = states_text(query.states);
  Listed<std::int64_t> listed{.total = count_of(connection, scope, states)};
  listed.offset = start_of(query.slice, listed.total);
  auto rows =
      connection.query(fmt::format("SELECT c.rowid FROM checkpoints c {} {} ORDER BY {} LIMIT ?4 OFFSET ?5",
                                   validation_join, filter_text(scope), order_of(connection, scope, query)),
                       scope.id, states, query.metric, sql_limit(query.slice), listed.offset);
  while (rows.step()) listed.rows.push_back(rows.integer());
  return listed;
}

Listed<model::CheckpointRecord> list(Connection& connection, const Scope& scope,
                                     const CheckpointQuery& query) {
  const auto places = order(connection, scope, query);
  return {.rows = checkpoints_at(connection, places.rows), .total = places.total, .offset = places.offset};
}

}  // namespace

std::optional<model::CheckpointRecord> checkpoint_by_id(Connection& connection, std::string_view uuid) {
  auto query = connection.query(fmt::format("{} FROM checkpoints c {} {} WHERE c.id = ?", checkpoint_columns,
                                            other_joins, validation_join),
                                uuid);
  if (!query.step()) return std::nullopt;
  return checkpoint_of(query);
}

std::vector<model::CheckpointRecord> checkpoints_at(Connection& connection,
                                                    std::span<const std::int64_t> places) {
  // CROSS JOIN keeps the order of the places.
  auto rows = connection.query(
      fmt::format("{} FROM json_each(?) place CROSS JOIN checkpoints c ON c.rowid = place.value {} {}",
                  checkpoint_columns, other_joins, validation_join),
      fmt::format("[{}]", fmt::join(places, ",")));
  std::vector<model::CheckpointRecord> checkpoints;
  while (rows.step()) checkpoints.push_back(checkpoint_of(rows));
  return checkpoints;
}

Listed<std::int64_t> order_experiment_checkpoints(Connection& connection, std::int64_t experiment_id,
                                                  const CheckpointQuery& query) {
  return order(connection, {"experiment_id", experiment_id}, query);
}

Listed<std::int64_t> order_trial_checkpoints(Connection& connection, std::int64_t trial_id,
                                             const CheckpointQuery& query) {
  return order(connection, {"trial_id", trial_id}, query);
}

Listed<model::CheckpointRecord> list_experiment_checkpoints(Connection& connection,
                                                            std::int64_t experiment_id,
                                                            const CheckpointQuery& query) {
  return list(connection, {"experiment_id", experiment_id}, query);
}

Listed<model::CheckpointRecord> list_trial_checkpoints(Connection& connection, std::int64_t trial_id,
                                                       const CheckpointQuery& query) {
  return list(connection, {"trial_id", trial_id}, query);
}

}  // namespace det::master::repository
