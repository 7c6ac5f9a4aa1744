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

// Per candidate, from 1; 0: takes no place.
using Ranks = std::vector<std::size_t>;

// SQL's rank() within each group: one more than how many come before, so that equals share a rank.
template <typename Before, typename Group>
Ranks ranks(std::size_t size, Indexes contenders, Before before, Group group) {
  struct Place {
    std::size_t seen = 0;
    std::size_t rank = 0;
    std::size_t last = 0;
  };
  std::sort(contenders.begin(), contenders.end(), before);
  Ranks found(size, 0);
  std::map<std::string, Place> places;
  for (const std::size_t index : contenders) {
    Place& place = places[group(index)];
    if (++place.seen == 1 || before(place.last, index)) place.rank = place.seen;
    place.last = index;
    found[index] = place.rank;
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
  std::string (*peers)(const GcCandidate&);  // the group within which it is ranked by progress
};

constexpr Rules documented_rules{[](const GcCandidate& one) { return collectable(one) && !one.warm_start; },
                                 finite_first, false, later,
                                 [](const GcCandidate& one) { return one.trial_id; }};

constexpr Rules real_rules{
    [](const GcCandidate& one) { return one.reported.has_value() && !one.warm_start; }, numbers_first, true,
    later_with_nulls_first,
    // The trial is that of the joined validation, which the others do not have.
    [](const GcCandidate& one) { return one.validated ? "trial " + one.trial_id : std::string(); }};

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
  const auto experiment = [](std::size_t) { return std::string(); };
  const auto trial = [&](std::size_t i) { return candidates[i].trial_id; };
  const auto peers = [&](std::size_t i) { return rules.peers(candidates[i]); };
  return {ranks(candidates.size(), with_metric, better, experiment),
          ranks(candidates.size(), with_metric, better, trial),
          ranks(candidates.size(), contenders, further, peers)};
}

std::vector<Keeper> keepers_by_policy(const Standing& places, std::size_t index, const GcPolicy& policy) {
  std::vector<Keeper> keepers;
  if (within(places.in_experiment[index], policy.save_experiment_best)) {
    keepers.push_back(Keeper::experiment_best);
  }
  if (within(places.in_trial[index], policy.save_trial_best)) keepers.push_back(Keeper::trial_best);
  if (within(places.by_progress[index], policy.save_trial_latest)) keepers.push_back(Keeper::trial_latest);
  return keepers;
}

Retention retention(std::vector<Keeper> keepers) {
  const GcOutcome outcome = keepers.empty() ? GcOutcome::removed : GcOutcome::kept;
  return {outcome, std::move(keepers)};
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

std::vector<Retention> documented_retention(Candidates candidates, const GcPolicy& policy,
                                            const Searcher& searcher) {
  const Standing places = standing(candidates, documented_rules, searcher);
  std::vector<Retention> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const GcCandidate& one = candidates[i];
    if (one.state == CheckpointState::deleted) {
      found.push_back({GcOutcome::gone, {}});
      continue;
    }
    auto keepers = keepers_by_policy(places, i, policy);
    if (one.registered) keepers.push_back(Keeper::registered);
    if (one.warm_start) keepers.push_back(Keeper::warm_start);
    if (!collectable(one)) keepers.push_back(Keeper::unfinished);
    found.push_back(retention(std::move(keepers)));
  }
  return found;
}

std::vector<Retention> real_master_retention(Candidates candidates, const GcPolicy& policy,
                                             const Searcher& searcher) {
  const Standing places = standing(candidates, real_rules, searcher);
  std::vector<Retention> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const GcCandidate& one = candidates[i];
    auto keepers = keepers_by_policy(places, i, policy);
    if (one.registered) keepers.push_back(Keeper::registered);
    if (one.warm_start) keepers.push_back(Keeper::warm_start);
    if (!one.reported) keepers.push_back(Keeper::unfinished);
    found.push_back(retention(std::move(keepers)));
  }
  return found;
}

}  // namespace det::model
