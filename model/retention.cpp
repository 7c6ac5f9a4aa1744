#include "model/retention.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace det::model {
namespace {

using Candidates = std::span<const GcCandidate>;
using Indexes = std::vector<std::size_t>;

// One rank for each candidate, from 1; 0: takes no place.
using Ranks = std::vector<std::size_t>;

// Who is ranked among themselves.
using Group = std::pair<bool, std::string_view>;

// SQL's rank() within each group: one more than how many come before, so that equals share a rank.
template <typename Before, typename GroupOf>
Ranks ranks(std::size_t size, Indexes contenders, Before before, GroupOf group_of) {
  struct Last {
    std::size_t seen = 0;
    std::size_t rank = 0;
    std::size_t index = 0;
  };
  std::sort(contenders.begin(), contenders.end(), before);
  Ranks found(size, 0);
  std::map<Group, Last> groups;
  for (const std::size_t index : contenders) {
    Last& last = groups[group_of(index)];
    if (++last.seen == 1 || before(last.index, index)) last.rank = last.seen;
    last.index = index;
    found[index] = last.rank;
  }
  return found;
}

bool within(std::size_t rank, int count) {
  return rank != 0 && count > 0 && rank <= static_cast<std::size_t>(count);
}

// When its validation was reported, its trial and its steps: equal for checkpoints of one validation. No
// source lists the order of validations. A trial validates in the order of its steps, and reports a
// checkpoint after its validation, at times long after: so a validation is dated by the earliest report of a
// checkpoint at its own or at later steps of its trial.
using Validation = std::tuple<Time, std::string_view, std::int64_t>;

std::vector<Validation> validations(Candidates candidates) {
  std::map<std::pair<std::string_view, std::int64_t>, Time> dates;
  for (const GcCandidate& one : candidates) {
    if (!one.steps_completed) continue;
    Time& date = dates.try_emplace({one.trial_id, *one.steps_completed}, Time::max()).first->second;
    date = std::min(date, one.reported.value_or(Time::max()));
  }
  for (auto later = dates.rbegin(); later != dates.rend(); ++later) {
    const auto own = std::next(later);
    const bool same_trial = own != dates.rend() && own->first.first == later->first.first;
    if (same_trial) own->second = std::min(own->second, later->second);
  }
  std::vector<Validation> found;
  for (const GcCandidate& one : candidates) {
    const std::int64_t steps = one.steps_completed.value_or(0);
    const bool dated = one.steps_completed.has_value();
    found.emplace_back(dated ? dates.at({one.trial_id, steps}) : Time::max(), one.trial_id, steps);
  }
  return found;
}

// What sorts the better metric first: a class, then a number within the class.
using Quality = std::pair<int, double>;

Quality finite_first(double directed) {
  if (std::isnan(directed)) return {2, 0.0};
  return {std::isinf(directed) ? 1 : 0, directed};
}

Quality numbers_first(double directed) {
  return std::isnan(directed) ? Quality{1, 0.0} : Quality{0, directed};
}

// Without steps it comes last.
bool later(const GcCandidate& a, const GcCandidate& b) {
  const auto progress = [](const GcCandidate& one) {
    return std::tuple(one.steps_completed.has_value(), one.steps_completed.value_or(0),
                      one.reported.value_or(Time::min()));
  };
  if (progress(a) != progress(b)) return progress(a) > progress(b);
  return a.id < b.id;
}

// SQL's ORDER BY ... DESC, which puts NULLs first.
bool later_with_nulls_first(const GcCandidate& a, const GcCandidate& b) {
  const auto progress = [](const GcCandidate& one) {
    return std::pair(!one.steps_completed.has_value(), one.steps_completed.value_or(0));
  };
  return progress(a) > progress(b);
}

bool collectable(const GcCandidate& one) {
  return one.state == CheckpointState::completed || one.state == CheckpointState::partially_deleted;
}

// Where the documents and the real master part.
struct Rules {
  bool (*takes_place)(const GcCandidate&);
  Quality (*quality)(double directed);  // of a metric that is the better the smaller it is
  bool validations_share_ranks;
  bool (*later)(const GcCandidate&, const GcCandidate&);
  Group (*peers)(const GcCandidate&);  // among whom it is ranked by progress
};

constexpr Rules documented_rules{[](const GcCandidate& one) { return collectable(one) && !one.warm_start; },
                                 finite_first, false, later,
                                 [](const GcCandidate& one) { return Group(true, one.trial_id); }};

constexpr Rules real_rules{
    [](const GcCandidate& one) { return one.reported.has_value() && !one.warm_start; }, numbers_first, true,
    later_with_nulls_first,
    // The trial is that of the joined validation, which the others do not have.
    [](const GcCandidate& one) { return one.validated ? Group(true, one.trial_id) : Group(); }};

struct Standing {
  Ranks in_experiment;
  Ranks in_trial;
  Ranks by_progress;
};

Standing standing(Candidates candidates, const Rules& rules, const Searcher& searcher) {
  using Key = std::tuple<Quality, Validation, Time, std::string_view>;
  const auto dates = validations(candidates);
  std::vector<Key> keys(candidates.size());
  Indexes contenders;
  Indexes with_metric;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const GcCandidate& one = candidates[i];
    if (!rules.takes_place(one)) continue;
    contenders.push_back(i);
    if (!one.searcher_metric) continue;
    with_metric.push_back(i);
    const double directed = searcher.smaller_is_better ? *one.searcher_metric : -*one.searcher_metric;
    keys[i] = {rules.quality(directed), dates[i], Time{}, {}};
    if (rules.validations_share_ranks) continue;
    std::get<Time>(keys[i]) = one.reported.value_or(Time::max());
    std::get<std::string_view>(keys[i]) = one.id;
  }
  const auto better = [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; };
  const auto further = [&](std::size_t a, std::size_t b) {
    return rules.later(candidates[a], candidates[b]);
  };
  const auto experiment = [](std::size_t) { return Group(); };
  const auto trial = [&](std::size_t i) { return Group(true, candidates[i].trial_id); };
  const auto peers = [&](std::size_t i) { return rules.peers(candidates[i]); };
  return {ranks(candidates.size(), with_metric, better, experiment),
          ranks(candidates.size(), with_metric, better, trial),
          ranks(candidates.size(), contenders, further, peers)};
}

}  // namespace

GcCandidate gc_candidate(const Checkpoint& checkpoint) {
  GcCandidate candidate;
  candidate.id = checkpoint.id;
  candidate.trial_id = checkpoint.trial_id;
  candidate.steps_completed = checkpoint.steps_completed;
  candidate.reported = checkpoint.reported;
  candidate.state = checkpoint.state;
  candidate.state_word = checkpoint.state_word;
  candidate.searcher_metric = checkpoint.searcher_metric;
  const Json& metrics = checkpoint.validation_metrics;
  const bool has_averages =
      metrics.is_object() && metrics.contains("avgMetrics") && metrics["avgMetrics"].is_object();
  candidate.validated = has_averages || checkpoint.searcher_metric.has_value();
  candidate.size_bytes = total_bytes(checkpoint);
  return candidate;
}

Retainer::Retainer(Collector collector, Candidates candidates, const Searcher& searcher)
    : collector_(collector), candidates_(candidates), places_(candidates.size()) {
  const Rules& rules = collector == Collector::documented ? documented_rules : real_rules;
  const Standing found = standing(candidates, rules, searcher);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i] = {found.in_experiment[i], found.in_trial[i], found.by_progress[i]};
  }
}

Retention Retainer::retention(std::size_t index, const GcPolicy& policy) const {
  const GcCandidate& one = candidates_[index];
  const Place& place = places_[index];
  const bool documented = collector_ == Collector::documented;
  if (documented && one.state == CheckpointState::deleted) return {GcOutcome::gone, {}};
  std::vector<Keeper> keepers;
  const auto keep_if = [&](bool holds, Keeper keeper) {
    if (holds) keepers.push_back(keeper);
  };
  keep_if(within(place.in_experiment, policy.save_experiment_best), Keeper::experiment_best);
  keep_if(within(place.in_trial, policy.save_trial_best), Keeper::trial_best);
  keep_if(within(place.by_progress, policy.save_trial_latest), Keeper::trial_latest);
  keep_if(one.registered, Keeper::registered);
  keep_if(one.warm_start, Keeper::warm_start);
  keep_if(documented ? !collectable(one) : !one.reported, Keeper::unfinished);
  const GcOutcome outcome = keepers.empty() ? GcOutcome::removed : GcOutcome::kept;
  return {outcome, std::move(keepers)};
}

std::vector<Retention> Retainer::retained(const GcPolicy& policy) const {
  std::vector<Retention> found;
  found.reserve(candidates_.size());
  for (std::size_t i = 0; i < candidates_.size(); ++i) found.push_back(retention(i, policy));
  return found;
}

}  // namespace det::model
