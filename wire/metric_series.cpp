#include "wire/metric_series.hpp"

#include "model/json.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/request_fields.hpp"
#include "wire/tree.hpp"

namespace det::wire {
namespace {

model::Json chosen(const model::Json& metrics, std::span<const std::string> names) {
  if (names.empty()) return metrics;
  auto values = model::Json::object();
  for (const auto& name : names) {
    if (const auto found = metrics.find(name); found != metrics.end()) values[name] = *found;
  }
  return values;
}

std::string_view type_of(std::string_view group) {
  if (group == "training") return "METRIC_TYPE_TRAINING";
  if (group == "validation") return "METRIC_TYPE_VALIDATION";
  return "METRIC_TYPE_UNSPECIFIED";
}

std::string joined(std::span<const std::string> texts) {
  return array_text(texts, [](const std::string& text) { return text; });
}

std::string strings_text(std::span<const std::string> words) {
  return array_text(words, [](const std::string& word) { return string_text(word); });
}

std::string names_in(std::span<const NamedMetric> names, std::string_view group) {
  std::vector<std::string> found;
  for (const auto& metric : names) {
    if (metric.group == group) found.push_back(metric.name);
  }
  return strings_text(found);
}

}  // namespace

std::optional<std::string> data_point_text(const model::MetricRecord& report,
                                           std::span<const std::string> names) {
  const auto metrics = parse_tree(report.metrics);
  const auto values = chosen(metrics, names);
  if (values.empty()) return std::nullopt;
  ObjectText point;
  point.integer("batches", report.steps).document("values", document_of(values));
  point.time("time", report.reported);
  const auto epoch = metrics.find("epoch");
  if (epoch != metrics.end() && epoch->is_number()) point.number("epoch", epoch->get<double>());
  return point.finish();
}

std::string metric_series_text(std::string_view group, std::span<const std::string> points) {
  return ObjectText()
      .document("data", joined(points))
      .text("type", type_of(group))
      .text("group", group)
      .finish();
}

std::string compared_trial_text(const model::TrialRecord& trial, std::span<const std::string> series) {
  return ObjectText().document("trial", trial_text(trial)).document("metrics", joined(series)).finish();
}

std::string metric_names_text(std::span<const NamedMetric> names,
                              std::span<const std::string> searcher_metrics) {
  const auto identifier = [](const NamedMetric& metric) {
    return ObjectText().text("group", metric.group).text("name", metric.name).finish();
  };
  return ObjectText()
      .document("searcherMetrics", strings_text(searcher_metrics))
      .document("trainingMetrics", names_in(names, "training"))
      .document("validationMetrics", names_in(names, "validation"))
      .document("metricNames", array_text(names, identifier))
      .finish();
}

}  // namespace det::wire
