#include <algorithm>
#include <utility>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/found.hpp"
#include "master/handlers/compared_metrics.hpp"
#include "master/handlers/handlers.hpp"
#include "master/repository/metrics.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/metric_series.hpp"
#include "wire/requests.hpp"

namespace det::master::handlers {
namespace {

constexpr std::int64_t largest_batch = 1000;

// The id in the path counts, whatever the body says.
Response report(Services& services, std::int64_t trial_id, wire::MetricReport reported) {
  model::MetricRecord record;
  record.trial_id = trial_id;
  record.run_id = reported.run_id;
  record.group = std::move(reported.group);
  record.steps = reported.steps;
  record.reported = reported.reported.value_or(now());
  record.metrics = std::move(reported.metrics);
  record.batch_metrics = std::move(reported.batch_metrics);
  const auto metrics = repository::reported_metrics(record.metrics);
  services.database.write(
      [&](Connection& connection) { return repository::report_metrics(connection, record, metrics); });
  return empty_answer();
}

// All reports of some trials, {"metrics": [...]} by {"metrics": [...]}.
class ReportStream {
 public:
  ReportStream(const Database& database, std::vector<std::int64_t> trial_ids,
               std::optional<std::string> group)
      : database_(database), trial_ids_(std::move(trial_ids)), group_(std::move(group)) {}

  std::string next() {
    while (place_ < trial_ids_.size()) {
      const auto rows = batch();
      if (!rows.empty()) {
        return wire::ObjectText()
            .document("metrics", wire::array_text(rows, wire::metric_report_text))
            .finish();
      }
    }
    return {};
  }

 private:
  std::vector<model::MetricRecord> batch() {
    auto rows = database_.read([&](Connection& connection) {
      return repository::list_metrics(
          connection,
          {.trial_id = trial_ids_[place_], .group = group_, .after_id = after_id_, .limit = largest_batch});
    });
    const bool last = rows.size() < largest_batch;
    after_id_ = last ? 0 : rows.back().id;
    if (last) ++place_;
    return rows;
  }

  const Database& database_;
  std::vector<std::int64_t> trial_ids_;
  std::optional<std::string> group_;
  std::size_t place_ = 0;
  std::int64_t after_id_ = 0;
};

Response reports(Services& services, const Call& call, std::optional<std::string> group) {
  auto trial_ids = call.query.integers("trialIds");
  services.database.read([&](Connection& connection) {
    for (const auto id : trial_ids) require_trial(connection, id);
  });
  return stream_answer([stream = ReportStream(services.database, std::move(trial_ids),
                                              std::move(group))]() mutable { return stream.next(); });
}

std::string names_text(Connection& connection, const std::vector<std::int64_t>& experiment_ids) {
  std::vector<std::string> searcher_metrics;
  for (const auto id : experiment_ids) {
    const auto metric = found_experiment(connection, id).searcher_metric;
    if (std::find(searcher_metrics.begin(), searcher_metrics.end(), metric) == searcher_metrics.end()) {
      searcher_metrics.push_back(metric);
    }
  }
  std::vector<wire::NamedMetric> names;
  for (auto& known : repository::metric_names(connection, experiment_ids)) {
    names.push_back({std::move(known.group), std::move(known.name)});
  }
  return wire::metric_names_text(names, searcher_metrics);
}

// One line: what there is now.
Response metric_names(Services& services, const Call& call) {
  const auto ids = call.query.integers("ids");
  auto text = services.database.read([&](Connection& connection) { return names_text(connection, ids); });
  return stream_answer([text = std::move(text)]() mutable { return std::exchange(text, {}); });
}

}  // namespace

std::vector<Route> metrics(Services& services) {
  const auto& training = repository::training_group;
  const auto& validation = repository::validation_group;
  const auto of_group = [&](const char* group) {
    return [&services, group](const Call& call) {
      return report(services, call.id(0, "trial_id"), wire::decode_metric_report(call.request.body, group));
    };
  };
  return {
      {"POST", "/api/v1/trials/{id}/metrics",
       [&](const Call& call) {
         return report(services, call.id(0, "metrics.trial_id"),
                       wire::decode_metric_report(call.request.body));
       }},
      {"POST", "/api/v1/trials/{id}/training_metrics", of_group(training)},
      {"POST", "/api/v1/trials/{id}/validation_metrics", of_group(validation)},
      {"GET", "/api/v1/trials/metrics/training_metrics",
       streaming([&](const Call& call) { return reports(services, call, training); })},
      {"GET", "/api/v1/trials/metrics/validation_metrics",
       streaming([&](const Call& call) { return reports(services, call, validation); })},
      {"GET", "/api/v1/trials/metrics/trial_metrics",
       streaming([&](const Call& call) { return reports(services, call, call.query.text("group")); })},
      {"GET", "/api/v1/trials/time-series",
       [&](const Call& call) { return compared_metrics(services, call); }},
      {"GET", "/api/v1/experiments/metrics-stream/metric-names",
       streaming([&](const Call& call) { return metric_names(services, call); })},
  };
}

}  // namespace det::master::handlers
