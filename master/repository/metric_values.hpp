#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/sorted_json.hpp"

namespace det::master::repository {

// Values by name, found without going through all of them.
using Metrics = model::SortedJson;

// So many names one row holds.
inline constexpr std::size_t most_metrics = 10'000;

// The metrics of a row. Throws Error{usage} when the text is no JSON object.
Metrics parsed_metrics(std::string_view document);
// Those of a report. Throws Error{usage} also when they are too many.
Metrics reported_metrics(std::string_view document);
// Throws Error{usage} when a row cannot hold so many.
void require_metrics(std::size_t count);

// The number that a metric is, also one of the words for NaN and the infinities; absent when it is none.
std::optional<double> metric_number(const Metrics& value);

// JSON for it: NaN and infinities are words, whole numbers have no fraction.
std::string number_text(double value);

}  // namespace det::master::repository
