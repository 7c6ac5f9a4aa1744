#include "model/checkpoint.hpp"

#include <limits>

namespace det::model {
namespace {

// The words that proto-JSON writes for what JSON numbers cannot say.
std::optional<double> number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& word = value.get_ref<const std::string&>();
  if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (word == "Infinity") return std::numeric_limits<double>::infinity();
  if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace

std::optional<double> validation_metric(const Checkpoint& checkpoint, const std::string& name) {
  if (!checkpoint.validation_metrics.is_object()) return std::nullopt;
  const auto averages = checkpoint.validation_metrics.find("avgMetrics");
  if (averages == checkpoint.validation_metrics.end() || !averages->is_object()) return std::nullopt;
  const auto metric = averages->find(name);
  return metric == averages->end() ? std::nullopt : number(*metric);
}

std::uint64_t total_bytes(const Checkpoint& checkpoint) {
  std::uint64_t total = 0;
  for (const auto& file : checkpoint.files) total += file.size_bytes;
  return total;
}

}  // namespace det::model
