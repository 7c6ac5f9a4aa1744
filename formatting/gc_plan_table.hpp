#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formatting/table.hpp"
#include "model/gc_plan.hpp"

namespace det::formatting {

// How the plan of a garbage collection is shown.
struct GcPlanView {
  std::string metric;             // the searcher's
  std::optional<int> width = {};  // of the terminal; absent: nothing is cut
};

// What a change of the policy deletes: a list for the collection that comes first, if there is one, and a
// list for the new policy, each with its bytes; below them, what needs the reader's eye.
FittedText gc_change_text(const model::GcPlan& plan, const GcPlanView& view);

// The list of the collection that the change starts, and what needs the reader's eye in it.
FittedText gc_first_collection_text(const model::GcPlan& plan, const GcPlanView& view);

// Every checkpoint with its fate, then totals, then what needs the reader's eye.
FittedText gc_plan_text(const model::GcPlan& plan, const GcPlanView& view);

// One row a policy.
FittedText gc_matrix_text(const std::vector<model::GcComparison>& rows, const GcPlanView& view);

}  // namespace det::formatting
