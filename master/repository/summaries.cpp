#include "master/repository/summaries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "model/json.hpp"

namespace det::master::repository {
namespace {

struct Numbers {
  double sum = 0;
  double min = 0;
  double max = 0;
};

struct Summary {
  std::string type;
  std::int64_t count = 0;
  std::optional<Numbers> numbers;
  std::string last;  // JSON text
  std::int64_t last_steps = 0;
};

std::string type_of(const Metrics& value, const std::optional<double>& number) {
  if (number) return "number";
  return value.type_name();  // "string", "boolean", "object", "array", "null"
}

// A NaN among numbers makes all of them NaN, as a master does.
void add_number(Numbers& numbers, double value) {
  numbers.sum += value;
  numbers.min = std::isnan(value) || value < numbers.min ? value : numbers.min;
  numbers.max = std::isnan(value) || value > numbers.max ? value : numbers.max;
}

void add_value(Summary& summary, const Metrics& value, std::int64_t steps) {
  const auto number = metric_number(value);
  const auto type = type_of(value, number);
  if (summary.count == 0) {
    summary.type = type;
    if (number) summary.numbers = Numbers{*number, *number, *number};
  } else if (summary.type != type) {
    summary.type = "string";
    summary.numbers.reset();
  } else if (summary.numbers && number) {
    add_number(*summary.numbers, *number);
  }
  if (summary.count == 0 || steps >= summary.last_steps) {
    summary.last = value.dump(-1, ' ', false, Metrics::error_handler_t::replace);
    summary.last_steps = steps;
  }
  ++summary.count;
}

// Reads type, count, sum, min, max, last, last_steps.
Summary summary_of(Statement& row) {
  Summary summary;
  summary.type = row.text();
  summary.count = row.integer();
  const auto sum = row.optional_number();
  const auto min = row.optional_number();
  const auto max = row.optional_number();
  if (sum && min && max) summary.numbers = Numbers{*sum, *min, *max};
  summary.last = row.text();
  summary.last_steps = row.integer();
  return summary;
}

struct Place {
  std::int64_t trial_id = 0;
  std::string_view group;
  std::string_view name;
};

Summary stored(Connection& connection, const Place& place) {
  auto query = connection.query(
      "SELECT type, count, sum, min, max, last, last_steps FROM summaries WHERE trial_id = ? AND grp = ? AND "
      "name = ?",
      place.trial_id, place.group, place.name);
  return query.step() ? summary_of(query) : Summary();
}

void store(Connection& connection, const Place& place, const Summary& summary) {
  const auto number = [&](double Numbers::*member) {
    return summary.numbers ? std::optional(*summary.numbers.*member) : std::nullopt;
  };
  connection.execute(
      "INSERT INTO summaries(trial_id, grp, name, type, count, sum, min, max, last, last_steps)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT DO UPDATE SET type = excluded.type, count = excluded.count, sum = excluded.sum,"
      " min = excluded.min, max = excluded.max, last = excluded.last, last_steps = excluded.last_steps",
      place.trial_id, place.group, place.name, summary.type, summary.count, number(&Numbers::sum),
      number(&Numbers::min), number(&Numbers::max), summary.last, summary.last_steps);
}

std::string text_of(const Summary& summary) {
  std::string text = fmt::format("{{\"count\":{},\"last\":{}", summary.count, summary.last);
  if (summary.numbers) {
    const auto& numbers = *summary.numbers;
    text += fmt::format(",\"max\":{},\"mean\":{},\"min\":{},\"sum\":{}", number_text(numbers.max),
                        number_text(numbers.sum / static_cast<double>(summary.count)),
                        number_text(numbers.min), number_text(numbers.sum));
  }
  return text + fmt::format(",\"type\":\"{}\"}}", summary.type);
}

std::string key_text(const std::string& key) {
  return model::Json(key).dump(-1, ' ', false, model::Json::error_handler_t::replace);
}

std::string key_of(const std::string& group) {
  if (group == "training") return "avg_metrics";
  return group == "validation" ? "validation_metrics" : group;
}

}  // namespace

void add_to_summaries(Connection& connection, const SummarisedReport& report, const Metrics& metrics) {
  for (const auto& [name, value] : metrics.items()) {
    const Place place{report.trial_id, report.group, name};
    auto summary = stored(connection, place);
    add_value(summary, value, report.steps);
    store(connection, place, summary);
  }
}

void refresh_summaries(Connection& connection, std::int64_t trial_id) {
  std::map<std::pair<std::string, std::string>, Summary> summaries;
  {
    auto reports = connection.query(
        "SELECT grp, steps, metrics FROM metrics WHERE trial_id = ? AND archived = 0 ORDER BY grp, steps",
        trial_id);
    while (reports.step()) {
      const auto group = reports.text();
      const auto steps = reports.integer();
      const auto metrics = parsed_metrics(reports.text());
      for (const auto& [name, value] : metrics.items()) add_value(summaries[{group, name}], value, steps);
    }
  }
  connection.execute("DELETE FROM summaries WHERE trial_id = ?", trial_id);
  for (const auto& [key, summary] : summaries) store(connection, {trial_id, key.first, key.second}, summary);
}

std::optional<model::Document> summary_of(Connection& connection, std::int64_t trial_id) {
  auto query = connection.query(
      "SELECT grp, name, type, count, sum, min, max, last, last_steps FROM summaries WHERE trial_id = ?"
      " ORDER BY grp, name",
      trial_id);
  std::map<std::string, std::string> groups;  // the inside of each object
  while (query.step()) {
    auto& inside = groups[key_of(query.text())];
    if (!inside.empty()) inside += ',';
    const auto name = query.text();
    inside += key_text(name) + ':' + text_of(summary_of(query));
  }
  if (groups.empty()) return std::nullopt;
  std::string text = "{";
  for (const auto& [key, inside] : groups) {
    if (text.size() > 1) text += ',';
    text += key_text(key) + ":{" + inside + '}';
  }
  return text + '}';
}

}  // namespace det::master::repository
