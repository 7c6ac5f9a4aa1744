#include "model/gc_plan.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace det::model {
namespace {

// Ids that are numbers in the order of numbers.
bool in_order(const GcCandidate& a, const GcCandidate& b) {
  const auto key = [](const GcCandidate& one) {
    return std::tuple(one.trial_id.size(), std::string_view(one.trial_id), !one.steps_completed.has_value(),
                      one.steps_completed.value_or(0), one.reported.value_or(Time::max()),
                      std::string_view(one.id));
  };
  return key(a) < key(b);
}

// Both sets of rules for the checkpoints of a question, which outlives them.
struct Retainers {
  explicit Retainers(const GcQuestion& question)
      : documented(Collector::documented, question.checkpoints, question.searcher),
        masters(question.collector, question.checkpoints, question.searcher) {}

  Retainer documented;
  Retainer masters;
};

// Which checkpoints the master removes, as it says itself or else by its rules.
std::vector<bool> removals(const GcQuestion& question, const Retainer& rules, const GcPolicy& policy,
                           const GcPreview& preview) {
  std::vector<bool> removed;
  if (preview) {
    for (const auto& one : question.checkpoints) removed.push_back(preview->contains(one.id));
    return removed;
  }
  for (const auto& retention : rules.retained(policy)) {
    removed.push_back(retention.outcome == GcOutcome::removed);
  }
  return removed;
}

Judgement judgement(const GcCandidate& checkpoint, Retention documented, bool removed) {
  if (checkpoint.state == CheckpointState::deleted) return {Fate::already_deleted, {}};
  if (removed) return {Fate::deleted, std::move(documented.keepers)};
  const Fate fate = documented.outcome == GcOutcome::kept ? Fate::kept : Fate::spared;
  return {fate, std::move(documented.keepers)};
}

void count(GcTotal& total, const GcCandidate& checkpoint) {
  ++total.checkpoints;
  total.bytes += checkpoint.size_bytes;
}

Collection collection(const GcQuestion& question, const Retainers& rules, const GcPolicy& policy,
                      const GcPreview& preview) {
  Collection made{.policy = policy, .previewed = preview.has_value()};
  const auto removed = removals(question, rules.masters, policy, preview);
  auto documented = rules.documented.retained(policy);
  for (std::size_t i = 0; i < question.checkpoints.size(); ++i) {
    const GcCandidate& checkpoint = question.checkpoints[i];
    made.judgements.push_back(judgement(checkpoint, std::move(documented[i]), removed[i]));
    if (made.deletes(i)) {
      count(made.deleted, checkpoint);
    } else if (made.judgements[i].fate != Fate::already_deleted) {
      count(made.kept, checkpoint);
    }
  }
  return made;
}

bool delete_the_same(const Collection& one, const Collection& other) {
  for (std::size_t i = 0; i < one.judgements.size(); ++i) {
    if (one.deletes(i) != other.deletes(i)) return false;
  }
  return true;
}

GcComparison comparison(const GcQuestion& question, const Retainers& rules, const GcPolicy& policy,
                        const GcPreview& preview) {
  const Collection made = collection(question, rules, policy, preview);
  GcComparison compared{.policy = policy, .kept = made.kept, .deleted = made.deleted};
  for (const auto& retention : rules.documented.retained(policy)) {
    if (retention.outcome == GcOutcome::removed) ++compared.documented_deletions;
  }
  return compared;
}

std::tuple<int, int, int> counts(const GcPolicy& policy) {
  return {policy.save_experiment_best, policy.save_trial_best, policy.save_trial_latest};
}

// One kind of count alone, what is commonly chosen, and both ends.
constexpr std::array<GcPolicy, 14> usual_policies{{{0, 0, 0},
                                                   {0, 0, 1},
                                                   {0, 0, 2},
                                                   {0, 0, 3},
                                                   {0, 1, 0},
                                                   {0, 1, 1},
                                                   {0, 2, 0},
                                                   {0, 3, 0},
                                                   {1, 0, 0},
                                                   {1, 1, 1},
                                                   {2, 0, 0},
                                                   {2, 1, 1},
                                                   {3, 0, 0},
                                                   {3, 3, 3}}};

}  // namespace

GcPlan gc_plan(const GcQuestion& question) {
  GcQuestion sorted = question;
  std::sort(sorted.checkpoints.begin(), sorted.checkpoints.end(), in_order);
  const Retainers rules(sorted);
  GcPlan plan{.best_id = question.best_id, .then = collection(sorted, rules, sorted.policy, sorted.preview)};
  if (sorted.stored_policy)
    plan.now = collection(sorted, rules, *sorted.stored_policy, sorted.stored_preview);
  plan.same_deletions = plan.now && delete_the_same(*plan.now, plan.then);
  plan.checkpoints = std::move(sorted.checkpoints);
  return plan;
}

std::vector<GcComparison> gc_matrix(const GcQuestion& question, const GcPolicy& stored) {
  std::vector<GcPolicy> policies(usual_policies.begin(), usual_policies.end());
  policies.insert(policies.end(), {stored, question.policy});
  const auto before = [](const GcPolicy& a, const GcPolicy& b) { return counts(a) < counts(b); };
  std::sort(policies.begin(), policies.end(), before);
  policies.erase(std::unique(policies.begin(), policies.end()), policies.end());
  const Retainers rules(question);
  std::vector<GcComparison> rows;
  for (const GcPolicy& policy : policies) {
    const bool asked = policy == question.policy;
    const bool is_stored = policy == stored;
    const GcPreview preview = asked ? question.preview : is_stored ? question.stored_preview : std::nullopt;
    rows.push_back(comparison(question, rules, policy, preview));
    rows.back().stored = is_stored;
    rows.back().asked = asked && question.policy != stored;
  }
  return rows;
}

}  // namespace det::model
