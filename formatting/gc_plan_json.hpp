#pragma once

#include <string>
#include <vector>

#include "model/gc_plan.hpp"
#include "model/json.hpp"

namespace det::formatting {

// `gc-plan --json` and `gc-plan --matrix --json`, as docs/json.md describes them.
model::Json gc_plan_json(const model::GcPlan& plan, const std::string& experiment_id,
                         const model::Searcher& searcher);
model::Json gc_matrix_json(const std::vector<model::GcComparison>& rows);

}  // namespace det::formatting
