#pragma once

#include <string>
#include <vector>

#include "model/gc_plan.hpp"
#include "model/json.hpp"

namespace det::formatting {

// As docs/json.md describes them: `gc-plan --json`, `set gc-policy --json` once it is set, and
// `gc-plan --matrix --json`.
model::Json gc_plan_json(const model::GcPlan& plan, const std::string& experiment_id,
                         const model::Searcher& searcher);
model::Json gc_policy_json(const model::GcPolicy& policy, const std::string& experiment_id);
model::Json gc_matrix_json(const std::vector<model::GcComparison>& rows);

}  // namespace det::formatting
