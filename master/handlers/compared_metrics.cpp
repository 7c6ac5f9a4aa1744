#include "master/handlers/compared_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "master/api_answer.hpp"
#include "master/found.hpp"
#include "master/list_parameters.hpp"
#include "master/repository/metrics.hpp"
#include "wire/json_text.hpp"
#include "wire/metric_series.hpp"

namespace det::master::handlers {
namespace {

constexpr std::int64_t usual_points = 1000;
constexpr std::int64_t most_points = 10'000;
constexpr std::int64_t most_trials = 1000;

// Names of one group; none: all that there are.
struct WantedGroup {
  std::string group;
  std::vector<std::string> names;
};

struct Wanted {
  std::vector<WantedGroup> groups;
  std::int64_t first_batch = 0;
  std::int64_t last_batch = std::numeric_limits<std::int64_t>::max();
  std::size_t points = usual_points;
};

enum class MetricType { any, training, validation, profiling };
constexpr std::array<std::pair<std::string_view, MetricType>, 4> types{
    {{"METRIC_TYPE_UNSPECIFIED", MetricType::any},
     {"METRIC_TYPE_TRAINING", MetricType::training},
     {"METRIC_TYPE_VALIDATION", MetricType::validation},
     {"METRIC_TYPE_PROFILING", MetricType::profiling}}};

// The groups that metricNames are looked for in.
std::vector<std::string> groups_of(const Query& query) {
  if (auto group = query.text("group"); group && !group->empty()) return {std::move(*group)};
  const auto type = value_of_word<MetricType>(
      types, query.text("metricType").value_or("METRIC_TYPE_UNSPECIFIED"), "metricv1.MetricType");
  if (type == MetricType::training) return {repository::training_group};
  if (type == MetricType::validation) return {repository::validation_group};
  if (type == MetricType::profiling) return {};
  return {repository::training_group, repository::validation_group};
}

// "GROUP.NAME", where a name may hold dots.
void add_metric_id(std::vector<WantedGroup>& groups, const std::string& id) {
  const auto dot = id.find('.');
  if (dot == std::string::npos) {
    throw Error(Failure::usage, fmt::format("metric id '{}' is not of the form GROUP.NAME", id));
  }
  const auto group = id.substr(0, dot);
  auto found =
      std::find_if(groups.begin(), groups.end(), [&](const auto& known) { return known.group == group; });
  if (found == groups.end()) found = groups.insert(groups.end(), {group, {}});
  found->names.push_back(id.substr(dot + 1));
}

Wanted wanted_of(const Query& query) {
  Wanted wanted;
  const auto ids = query.texts("metricIds");
  for (const auto& id : ids) add_metric_id(wanted.groups, id);
  const auto names = query.texts("metricNames");
  if (!names.empty() || ids.empty()) {
    for (auto& group : groups_of(query)) wanted.groups.push_back({std::move(group), names});
  }
  wanted.first_batch = query.integer("startBatches").value_or(0);
  if (const auto last = query.integer("endBatches"); last && *last > 0) wanted.last_batch = *last;
  const auto points = query.integer("maxDatapoints").value_or(0);
  if (points > 0) wanted.points = static_cast<std::size_t>(std::min(points, most_points));
  return wanted;
}

// Keeps at most so many points (but two) of however many come: every one, then every second, every fourth...
class ThinnedPoints {
 public:
  explicit ThinnedPoints(std::size_t most) : most_(std::max<std::size_t>(most, 2)) {}

  void add(std::int64_t batches, std::string text) {
    if (seen_++ % stride_ != 0) return;
    if (points_.size() == most_) halve();
    if ((seen_ - 1) % stride_ == 0) points_.emplace_back(batches, std::move(text));
  }

  // By batches.
  std::vector<std::string> take() {
    std::stable_sort(points_.begin(), points_.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    std::vector<std::string> texts;
    for (auto& [batches, text] : points_) texts.push_back(std::move(text));
    return texts;
  }

 private:
  void halve() {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < points_.size(); at += 2) std::swap(points_[kept++], points_[at]);
    points_.resize(kept);
    stride_ *= 2;
  }

  std::size_t most_;
  std::size_t seen_ = 0;
  std::size_t stride_ = 1;
  std::vector<std::pair<std::int64_t, std::string>> points_;
};

std::vector<std::string> points_of(const Database& database, std::int64_t trial_id, const WantedGroup& group,
                                   const Wanted& wanted) {
  ThinnedPoints points(wanted.points);
  repository::MetricQuery query{.trial_id = trial_id, .group = group.group};
  while (true) {
    const auto rows =
        database.read([&](Connection& connection) { return repository::list_metrics(connection, query); });
    for (const auto& row : rows) {
      if (row.archived || row.steps < wanted.first_batch || row.steps > wanted.last_batch) continue;
      if (auto point = wire::data_point_text(row, group.names)) points.add(row.steps, std::move(*point));
    }
    if (rows.size() < static_cast<std::size_t>(query.limit)) return points.take();
    query.after_id = rows.back().id;
  }
}

std::string compared_trial(const Database& database, std::int64_t trial_id, const Wanted& wanted) {
  const auto trial = database.read([&](Connection& connection) { return found_trial(connection, trial_id); });
  std::vector<std::string> series;
  for (const auto& group : wanted.groups) {
    const auto points = points_of(database, trial_id, group, wanted);
    if (!points.empty()) series.push_back(wire::metric_series_text(group.group, points));
  }
  return wire::compared_trial_text(trial, series);
}

}  // namespace

Response compared_metrics(Services& services, const Call& call) {
  const auto wanted = wanted_of(call.query);
  const auto trial_ids = call.query.integers("trialIds");
  if (trial_ids.size() > most_trials) {
    throw Error(Failure::usage, fmt::format("more than {} trials at once", most_trials));
  }
  const auto trial = [&](std::int64_t id) { return compared_trial(services.database, id, wanted); };
  return json_answer(wire::ObjectText().document("trials", wire::array_text(trial_ids, trial)).finish());
}

}  // namespace det::master::handlers
