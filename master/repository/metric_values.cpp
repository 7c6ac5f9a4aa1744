#include "master/repository/metric_values.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "model/error.hpp"

namespace det::master::repository {

Metrics parsed_metrics(std::string_view document) {
  auto metrics = Metrics::parse(document, nullptr, false);
  if (!metrics.is_object()) throw Error(Failure::usage, "metrics are no JSON object");
  return metrics;
}

Metrics reported_metrics(std::string_view document) {
  auto metrics = parsed_metrics(document);
  require_metrics(metrics.size());
  return metrics;
}

void require_metrics(std::size_t count) {
  if (count <= most_metrics) return;
  throw Error(Failure::usage,
              fmt::format("a report of {} metrics is too large, {} are the most", count, most_metrics));
}

std::optional<double> metric_number(const Metrics& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& word = value.get_ref<const std::string&>();
  // The official client writes "Nan".
  if (word == "NaN" || word == "Nan") return std::numeric_limits<double>::quiet_NaN();
  if (word == "Infinity") return std::numeric_limits<double>::infinity();
  if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return fmt::format("{}", value);
}

}  // namespace det::master::repository
