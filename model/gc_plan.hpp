#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/retention.hpp"

namespace det::model {

// The ids that a master's preview of a policy names; absent: the master could not say.
using GcPreview = std::optional<std::set<std::string>>;

// What is asked about one policy, of one experiment.
struct GcQuestion {
  std::vector<GcCandidate> checkpoints;  // all of the experiment, in any order
  Searcher searcher;
  std::string best_id;                           // the one that `best` names; empty: none
  Collector collector = Collector::real_master;  // the rules, where a preview is not to be had
  GcPolicy policy;
  GcPreview preview;
  // A real master collects by the policy stored before the change, as soon as a change is made. Absent where
  // no such collection comes first: nothing is changed, or the master collects by the new policy.
  std::optional<GcPolicy> stored_policy;
  GcPreview stored_preview;
};

enum class Fate {
  kept,    // and the documents say so
  spared,  // the master keeps what the documents would remove
  deleted,
  already_deleted,  // its files are gone, whether or not the master names it again
};

struct Judgement {
  Fate fate = Fate::kept;
  std::vector<Keeper> keepers;  // why the documents keep it, even where the master deletes it
};

struct GcTotal {
  std::size_t checkpoints = 0;
  std::uint64_t bytes = 0;
};

// What one collection does to each checkpoint of a plan, in the plan's order.
struct Collection {
  GcPolicy policy;
  bool previewed = false;  // by the master; otherwise computed by the rules of `collector`
  std::vector<Judgement> judgements = {};
  GcTotal kept = {};  // spared ones too
  GcTotal deleted = {};

  bool deletes(std::size_t index) const { return judgements[index].fate == Fate::deleted; }
};

struct GcPlan {
  std::vector<GcCandidate> checkpoints = {};  // by trial, then steps, then report time
  std::string best_id;
  std::optional<Collection> now = {};  // by the stored policy, where that comes first
  Collection then;                     // by the policy that was asked about, from then on
  bool same_deletions = false;         // `now` deletes exactly what `then` deletes
};

GcPlan gc_plan(const GcQuestion& question);

// What a policy would do, for comparing several.
struct GcComparison {
  GcPolicy policy;
  GcTotal kept;
  GcTotal deleted;
  std::size_t documented_deletions = 0;  // how many the documents would remove
  bool stored = false;
  bool asked = false;
};

// `stored` and the policy asked about, if there is one, amid a grid of small counts, in ascending order.
// Previews are used where the question has them.
std::vector<GcComparison> gc_matrix(const GcQuestion& question, const GcPolicy& stored);

}  // namespace det::model
