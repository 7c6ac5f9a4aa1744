#include "master/repository/metrics.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "master/repository/metric_values.hpp"
#include "master/repository/standing.hpp"
#include "master/repository/summaries.hpp"
#include "model/error.hpp"

namespace det::master::repository {
namespace {

struct Trial {
  std::int64_t run_id = 0;
  std::string searcher_metric;
};

Trial trial_of(Connection& connection, std::int64_t id) {
  auto query = connection.query(
      "SELECT t.run_id, e.searcher_metric FROM trials t JOIN experiments e ON e.id = t.experiment_id WHERE "
      "t.id = ?",
      id);
  if (!query.step()) throw Error(Failure::not_found, fmt::format("trial '{}' not found", id));
  Trial trial;
  trial.run_id = query.integer();
  trial.searcher_metric = query.text();
  return trial;
}

void require_current_run(Connection& connection, const model::MetricRecord& report, const Trial& trial) {
  if (report.run_id < trial.run_id) {
    throw Error(Failure::usage,
                fmt::format("invalid run id, {} (reported) != {} (expected)", report.run_id, trial.run_id));
  }
  if (report.run_id > trial.run_id) {
    connection.execute("UPDATE trials SET run_id = ? WHERE id = ?", report.run_id, report.trial_id);
  }
}

// Reads id, trial_id, run_id, grp, steps, reported, metrics, batch_metrics, archived.
model::MetricRecord metric_of(Statement& row) {
  model::MetricRecord record;
  record.id = row.integer();
  record.trial_id = row.integer();
  record.run_id = row.integer();
  record.group = row.text();
  record.steps = row.integer();
  record.reported = row.time();
  record.metrics = row.text();
  record.batch_metrics = row.optional_text();
  record.archived = row.flag();
  return record;
}

constexpr std::string_view metric_columns =
    "SELECT id, trial_id, run_id, grp, steps, reported, metrics, batch_metrics, archived FROM metrics";

std::optional<model::MetricRecord> repeated(Connection& connection, const model::MetricRecord& report) {
  auto query = connection.query(
      fmt::format("{} WHERE trial_id = ? AND grp = ? AND steps = ? AND archived = 0 AND run_id = ?",
                  metric_columns),
      report.trial_id, report.group, report.steps, report.run_id);
  if (!query.step()) return std::nullopt;
  return metric_of(query);
}

std::set<std::string> groups_of(Connection& connection, std::int64_t trial_id) {
  auto query = connection.query("SELECT DISTINCT grp FROM summaries WHERE trial_id = ?", trial_id);
  std::set<std::string> groups;
  while (query.step()) groups.insert(query.text());
  return groups;
}

constexpr std::string_view archive_from =
    "UPDATE metrics INDEXED BY current_metrics SET archived = 1"
    " WHERE trial_id = ? AND grp = ? AND steps >= ? AND archived = 0 AND run_id < ?";
constexpr std::string_view archive_after =
    "UPDATE metrics INDEXED BY current_metrics SET archived = 1"
    " WHERE trial_id = ? AND grp = ? AND steps > ? AND archived = 0 AND run_id < ?";

// Returns how many rows older runs lost. The rows of one group are found by steps, in the index of current
// ones.
std::int64_t archive_older(Connection& connection, const model::MetricRecord& report) {
  if (report.run_id <= 0) return 0;
  auto groups = groups_of(connection, report.trial_id);
  groups.insert(report.group);
  std::int64_t archived = 0;
  for (const auto& group : groups) {
    archived += connection.execute(group == report.group ? archive_from : archive_after, report.trial_id,
                                   group, report.steps, report.run_id);
  }
  return archived;
}

std::optional<double> searcher_value(const model::MetricRecord& report, const Metrics& metrics,
                                     const Trial& trial) {
  if (report.group != validation_group) return std::nullopt;
  const auto found = metrics.find(trial.searcher_metric);
  return found == metrics.end() ? std::nullopt : metric_number(*found);
}

// What a row's metrics and those of a repeat come to together.
struct Merged {
  Metrics all;
  Metrics added = Metrics::object();
};

Merged merged(const model::MetricRecord& stored, const Metrics& repeat) {
  Merged merged{parsed_metrics(stored.metrics)};
  for (const auto& [name, value] : repeat.items()) {
    const auto known = merged.all.find(name);
    if (known == merged.all.end()) {
      merged.added[name] = value;
    } else if (*known != value) {
      throw Error(
          Failure::usage,
          fmt::format("overwriting existing metric keys is not supported, conflicting key: {}", name));
    }
  }
  require_metrics(merged.all.size() + merged.added.size());
  merged.all.update(merged.added);
  return merged;
}

// A report of equal content, whoever asks again, changes nothing.
void add_to_row(Connection& connection, const model::MetricRecord& stored, const Metrics& metrics,
                const Trial& trial) {
  const auto [all, added] = merged(stored, metrics);
  if (added.empty()) return;
  const auto value = searcher_value(stored, all, trial);
  connection.execute("UPDATE metrics SET metrics = ?, searcher_value = ? WHERE id = ?", all.dump(), value,
                     stored.id);
  add_to_summaries(connection, {stored.trial_id, stored.group, stored.steps}, added);
  if (stored.group == validation_group) {
    consider_validation(connection, {stored.trial_id, stored.id, stored.steps, value});
  }
}

}  // namespace

std::int64_t report_metrics(Connection& connection, const model::MetricRecord& report) {
  return report_metrics(connection, report, reported_metrics(report.metrics));
}

std::int64_t report_metrics(Connection& connection, const model::MetricRecord& report,
                            const Metrics& metrics) {
  const auto trial = trial_of(connection, report.trial_id);
  require_current_run(connection, report, trial);
  if (const auto stored = repeated(connection, report)) {
    add_to_row(connection, *stored, metrics, trial);
    return stored->id;
  }
  const auto archived = archive_older(connection, report);
  const auto value = searcher_value(report, metrics, trial);
  connection.execute(
      "INSERT INTO metrics(trial_id, run_id, grp, steps, reported, searcher_value, metrics, batch_metrics)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      report.trial_id, report.run_id, report.group, report.steps, report.reported, value, report.metrics,
      report.batch_metrics);
  const auto id = connection.last_id();
  if (archived > 0) {
    refresh_trial(connection, report.trial_id);
    return id;
  }
  add_to_summaries(connection, {report.trial_id, report.group, report.steps}, metrics);
  connection.execute("UPDATE trials SET total_batches = ?1 WHERE id = ?2 AND total_batches < ?1",
                     report.steps, report.trial_id);
  if (report.group == validation_group) {
    consider_validation(connection, {report.trial_id, id, report.steps, value});
  }
  return id;
}

std::vector<model::MetricRecord> list_metrics(Connection& connection, const MetricQuery& query) {
  auto rows = connection.query(
      fmt::format("{} WHERE trial_id = ?1 AND id > ?2 AND (?3 IS NULL OR grp = ?3) ORDER BY id LIMIT ?4",
                  metric_columns),
      query.trial_id, query.after_id, query.group, query.limit);
  std::vector<model::MetricRecord> records;
  while (rows.step()) records.push_back(metric_of(rows));
  return records;
}

std::optional<model::MetricRecord> metrics_by_id(Connection& connection, std::int64_t id) {
  auto query = connection.query(fmt::format("{} WHERE id = ?", metric_columns), id);
  if (!query.step()) return std::nullopt;
  return metric_of(query);
}

std::vector<MetricName> metric_names(Connection& connection,
                                     const std::vector<std::int64_t>& experiment_ids) {
  auto query = connection.query(
      "SELECT DISTINCT s.grp, s.name FROM summaries s JOIN trials t ON t.id = s.trial_id"
      " WHERE t.experiment_id IN (SELECT value FROM json_each(?)) ORDER BY s.grp, s.name",
      fmt::format("[{}]", fmt::join(experiment_ids, ",")));
  std::vector<MetricName> names;
  while (query.step()) {
    auto group = query.text();
    names.push_back({std::move(group), query.text()});
  }
  return names;
}

void refresh_trial(Connection& connection, std::int64_t trial_id) {
  refresh_summaries(connection, trial_id);
  refresh_standing(connection, trial_id);
}

}  // namespace det::master::repository
