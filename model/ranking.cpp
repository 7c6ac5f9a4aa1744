#include "model/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

namespace det::model {
namespace {

// Absent comes last, whatever the direction.
template <typename T, typename Before>
std::optional<bool> comes_before(const std::optional<T>& left, const std::optional<T>& right, Before before) {
  if (left.has_value() != right.has_value()) return left.has_value();
  if (!left || *left == *right) return std::nullopt;
  return before(*left, *right);
}

bool better(const Checkpoint& a, std::optional<double> a_value, const RankedCheckpoint& b,
            bool smaller_is_better) {
  if (*a_value != *b.value) return (*a_value < *b.value) == smaller_is_better;
  return comes_before(a.reported, b.checkpoint.reported, std::less<>()).value_or(a.id < b.checkpoint.id);
}

bool later(const Checkpoint& a, const Checkpoint& b) {
  if (const auto further = comes_before(a.steps_completed, b.steps_completed, std::greater<>()))
    return *further;
  return comes_before(a.reported, b.reported, std::greater<>()).value_or(a.id < b.id);
}

bool comes_first(const Checkpoint& checkpoint, std::optional<double> value, const RankedCheckpoint& other,
                 const Criterion& criterion) {
  if (criterion.order == Order::latest) return later(checkpoint, other.checkpoint);
  return better(checkpoint, value, other, criterion.smaller_is_better);
}

std::string metric_name(const Criterion& criterion) {
  return criterion.metric.empty() ? "the searcher metric" : criterion.metric;
}

std::string short_reason(Exclusion reason, const Criterion& criterion) {
  switch (reason) {
    case Exclusion::not_completed:
      return "not COMPLETED";
    case Exclusion::no_value:
      return "without " + metric_name(criterion);
    case Exclusion::not_a_number:
      return "with NaN";
    case Exclusion::infinite:
      return "with an infinite value";
  }
  return {};
}

}  // namespace

bool ranks_before(const RankedCheckpoint& one, const RankedCheckpoint& other, const Criterion& criterion) {
  return comes_first(one.checkpoint, one.value, other, criterion);
}

std::optional<double> ranking_value(const Checkpoint& checkpoint, const Criterion& criterion) {
  if (criterion.order == Order::latest) return std::nullopt;
  if (criterion.metric.empty()) return checkpoint.searcher_metric;
  if (const auto value = validation_metric(checkpoint, criterion.metric)) return value;
  const auto& configuration = checkpoint.configuration;
  const bool is_searchers = configuration && configuration->searcher.metric == criterion.metric;
  return is_searchers ? checkpoint.searcher_metric : std::nullopt;
}

std::optional<Exclusion> Ranking::why_excluded(const Checkpoint& checkpoint,
                                               std::optional<double> value) const {
  if (checkpoint.state != CheckpointState::completed) return Exclusion::not_completed;
  if (criterion_.order == Order::latest) return std::nullopt;
  if (!value) return Exclusion::no_value;
  if (std::isnan(*value)) return Exclusion::not_a_number;
  if (std::isinf(*value)) return Exclusion::infinite;
  return std::nullopt;
}

void Ranking::add(const Checkpoint& checkpoint) {
  const auto value = ranking_value(checkpoint, criterion_);
  const bool by_trial = criterion_.limit_a_trial != 0;
  Candidates& candidates = by_trial_[by_trial ? checkpoint.trial_id : std::string()];
  ranked_.metric_seen = ranked_.metric_seen || value.has_value();
  if (const auto reason = why_excluded(checkpoint, value)) {
    ++ranked_.exclusions[*reason];
    if (criterion_.with_excluded) ranked_.excluded.push_back({checkpoint.id, *reason, checkpoint.state_word});
    return;
  }
  ++ranked_.eligible;
  const std::size_t limit = by_trial ? criterion_.limit_a_trial : criterion_.limit;
  // From the first shortening on, the first `limit` are the best so far in their order, and whoever comes
  // after the last of them is not worth a copy.
  const bool full = limit != 0 && candidates.size() >= limit;
  if (full && !comes_first(checkpoint, value, candidates[limit - 1], criterion_)) return;
  candidates.push_back({checkpoint, value});
  if (candidates.size() == limit || (full && candidates.size() / 2 >= limit)) shorten(candidates, limit);
}

// Sorts no more than it must: what will be returned.
void Ranking::shorten(Candidates& candidates, std::size_t limit) const {
  const auto in_order = [this](const RankedCheckpoint& left, const RankedCheckpoint& right) {
    return ranks_before(left, right, criterion_);
  };
  if (limit == 0 || limit >= candidates.size()) {
    std::sort(candidates.begin(), candidates.end(), in_order);
    return;
  }
  const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(limit);
  std::partial_sort(candidates.begin(), end, candidates.end(), in_order);
  candidates.erase(end, candidates.end());
}

Ranked Ranking::finish() {
  Candidates all;
  for (auto& [trial, candidates] : by_trial_) {
    shorten(candidates, criterion_.limit_a_trial);
    if (candidates.size() < criterion_.limit_a_trial) ranked_.short_trials[trial] = candidates.size();
    all.insert(all.end(), std::make_move_iterator(candidates.begin()),
               std::make_move_iterator(candidates.end()));
  }
  shorten(all, criterion_.limit);
  ranked_.checkpoints = std::move(all);
  by_trial_.clear();
  return std::move(ranked_);
}

std::string explanation(const Excluded& excluded, const Criterion& criterion) {
  switch (excluded.reason) {
    case Exclusion::not_completed:
      return "its state is " + (excluded.state_word.empty() ? "unknown" : excluded.state_word);
    case Exclusion::no_value:
      return "it has no value of " + metric_name(criterion);
    case Exclusion::not_a_number:
      return "its value of " + metric_name(criterion) + " is NaN";
    case Exclusion::infinite:
      return "its value of " + metric_name(criterion) + " is infinite";
  }
  return {};
}

std::string exclusion_summary(const Ranked& ranked, const Criterion& criterion) {
  std::size_t total = 0;
  std::string reasons;
  for (const auto& [reason, count] : ranked.exclusions) {
    reasons += (total == 0 ? " " : ", ") + std::to_string(count) + " " + short_reason(reason, criterion);
    total += count;
  }
  if (total == 0) return {};
  const std::string subject = total == 1 ? " checkpoint is" : " checkpoints are";
  return std::to_string(total) + subject + " not ranked:" + reasons;
}

}  // namespace det::model
