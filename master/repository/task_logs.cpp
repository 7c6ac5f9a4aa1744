#include "master/repository/task_logs.hpp"

#include <fmt/format.h>

#include "master/repository/columns.hpp"
#include "master/repository/trials.hpp"

namespace det::master::repository {
namespace {

std::optional<std::int64_t> trial_of(Connection& connection, const model::LogRecord& line) {
  return line.trial_id != 0 ? std::optional(line.trial_id) : trial_of_task(connection, line.task_id);
}

model::LogRecord line_of(Statement& row) {
  model::LogRecord line;
  line.id = row.integer();
  line.task_id = row.text();
  line.trial_id = row.optional_integer().value_or(0);
  line.written = row.optional_time();
  line.level = row.text();
  line.text = row.text();
  line.rank = row.optional_integer();
  line.allocation_id = row.text();
  line.container_id = row.text();
  line.agent_id = row.text();
  line.source = row.text();
  line.stdtype = row.text();
  return line;
}

constexpr std::string_view line_columns =
    "SELECT id, task_id, trial_id, written, level, text, rank, allocation_id, container_id, agent_id, "
    "source, stdtype"
    " FROM task_logs ";
constexpr std::string_view filter_text =
    " AND (?2 = '[]' OR level IN (SELECT value FROM json_each(?2)))"
    " AND (?3 = '[]' OR rank IN (SELECT value FROM json_each(?3)))"
    " AND (?4 = '[]' OR source IN (SELECT value FROM json_each(?4)))"
    " AND (?5 = '[]' OR stdtype IN (SELECT value FROM json_each(?5)))"
    " AND (?6 IS NULL OR written >= ?6) AND (?7 IS NULL OR written <= ?7)"
    " AND (?8 = '' OR instr(lower(text), lower(?8)))"
    " AND (?11 = '[]' OR agent_id IN (SELECT value FROM json_each(?11)))"
    " AND (?12 = '[]' OR container_id IN (SELECT value FROM json_each(?12)))"
    " AND (?13 = '[]' OR allocation_id IN (SELECT value FROM json_each(?13)))";

template <typename Owner>
std::vector<model::LogRecord> list(Connection& connection, std::string_view column, const Owner& owner,
                                   const LogQuery& query) {
  const bool descending = query.direction == Direction::descending;
  // Without a place to go on from there is no bound, for then nothing lies before it.
  const std::string_view after = query.after_id == 0 ? "?9 = 0" : descending ? "id < ?9" : "id > ?9";
  auto rows =
      connection.query(fmt::format("{} WHERE {} = ?1 {} AND {} ORDER BY id {} LIMIT ?10", line_columns,
                                   column, filter_text, after, descending ? "DESC" : "ASC"),
                       owner, words_text(query.levels), numbers_text(query.ranks), words_text(query.sources),
                       words_text(query.stdtypes), query.not_before, query.not_after, query.containing,
                       query.after_id, query.limit == 0 ? std::int64_t{-1} : query.limit,
                       words_text(query.agents), words_text(query.containers), words_text(query.allocations));
  std::vector<model::LogRecord> lines;
  while (rows.step()) lines.push_back(line_of(rows));
  return lines;
}

}  // namespace

void append_task_logs(Connection& connection, std::span<const model::LogRecord> lines) {
  for (const auto& line : lines) {
    connection.execute(
        "INSERT INTO task_logs(task_id, trial_id, written, level, text, rank, allocation_id, container_id, "
        "agent_id,"
        " source, stdtype) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        line.task_id, trial_of(connection, line), line.written, line.level, line.text, line.rank,
        line.allocation_id, line.container_id, line.agent_id, line.source, line.stdtype);
  }
}

std::vector<model::LogRecord> list_trial_logs(Connection& connection, std::int64_t trial_id,
                                              const LogQuery& query) {
  return list(connection, "trial_id", trial_id, query);
}

std::vector<model::LogRecord> list_task_logs(Connection& connection, const std::string& task_id,
                                             const LogQuery& query) {
  return list(connection, "task_id", task_id, query);
}

std::int64_t last_log_id(Connection& connection, std::int64_t trial_id) {
  auto query = connection.query("SELECT max(id) FROM task_logs WHERE trial_id = ?", trial_id);
  return query.step() ? query.optional_integer().value_or(0) : 0;
}

LogFields trial_log_fields(Connection& connection, std::int64_t trial_id) {
  const auto words = [&](std::string_view column) {
    auto query = connection.query(
        fmt::format("SELECT DISTINCT {0} FROM task_logs WHERE trial_id = ? AND {0} <> '' ORDER BY 1", column),
        trial_id);
    std::vector<std::string> found;
    while (query.step()) found.push_back(query.text());
    return found;
  };
  LogFields fields{.agents = words("agent_id"),
                   .allocations = words("allocation_id"),
                   .containers = words("container_id"),
                   .sources = words("source"),
                   .stdtypes = words("stdtype")};
  auto query = connection.query(
      "SELECT DISTINCT rank FROM task_logs WHERE trial_id = ? AND rank IS NOT NULL ORDER BY 1", trial_id);
  while (query.step()) fields.ranks.push_back(query.integer());
  return fields;
}

}  // namespace det::master::repository
