#include "formatting/gc_plan_json.hpp"

#include "formatting/record_json.hpp"

namespace det::formatting {
namespace {

using model::Fate;
using model::GcPlan;
using model::Json;
using model::Keeper;

const char* word(Keeper keeper) {
  switch (keeper) {
    case Keeper::experiment_best:
      return "experiment_best";
    case Keeper::trial_best:
      return "trial_best";
    case Keeper::trial_latest:
      return "trial_latest";
    case Keeper::registered:
      return "registered";
    case Keeper::warm_start:
      return "warm_start";
    case Keeper::unfinished:
      return "unfinished";
  }
  return "";
}

const char* word(Fate fate) {
  switch (fate) {
    case Fate::kept:
      return "kept";
    case Fate::spared:
      return "spared";
    case Fate::deleted:
      return "deleted";
    case Fate::already_deleted:
      return "already_deleted";
  }
  return "";
}

Json policy_json(const model::GcPolicy& policy) {
  return {{"save_experiment_best", policy.save_experiment_best},
          {"save_trial_best", policy.save_trial_best},
          {"save_trial_latest", policy.save_trial_latest}};
}

Json total_json(const model::GcTotal& total) {
  return {{"checkpoints", total.checkpoints}, {"size", total.bytes}};
}

Json fate_json(const model::Judgement& judgement) {
  Json keepers = Json::array();
  for (const Keeper keeper : judgement.keepers) keepers.push_back(word(keeper));
  return {{"fate", word(judgement.fate)}, {"documents_keep", keepers}};
}

Json collection_json(const model::Collection& collection) {
  return {{"policy", policy_json(collection.policy)},
          {"previewed", collection.previewed},
          {"kept", total_json(collection.kept)},
          {"deleted", total_json(collection.deleted)}};
}

Json checkpoint_json(const GcPlan& plan, std::size_t index) {
  const model::GcCandidate& one = plan.checkpoints[index];
  Json row{{"uuid", one.id},
           {"trial_id", id_json(one.trial_id)},
           {"steps_completed", one.steps_completed ? Json(*one.steps_completed) : Json()},
           {"state", one.state_word},
           {"searcher_metric", measure_json(one.searcher_metric)},
           {"size", one.size_bytes},
           {"best", !plan.best_id.empty() && one.id == plan.best_id}};
  row["now"] = plan.now ? fate_json(plan.now->judgements[index]) : Json();
  row["then"] = fate_json(plan.then.judgements[index]);
  return row;
}

}  // namespace

Json gc_plan_json(const GcPlan& plan, const std::string& experiment_id, const model::Searcher& searcher) {
  Json checkpoints = Json::array();
  for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) checkpoints.push_back(checkpoint_json(plan, i));
  return {{"experiment_id", id_json(experiment_id)},
          {"metric", searcher.metric},
          {"smaller_is_better", searcher.smaller_is_better},
          {"now", plan.now ? collection_json(*plan.now) : Json()},
          {"then", collection_json(plan.then)},
          {"checkpoints", checkpoints}};
}

Json gc_policy_json(const model::GcPolicy& policy, const std::string& experiment_id) {
  return {{"experiment_id", id_json(experiment_id)}, {"policy", policy_json(policy)}};
}

Json gc_matrix_json(const std::vector<model::GcComparison>& rows) {
  Json answer = Json::array();
  for (const auto& row : rows) {
    Json made{{"policy", policy_json(row.policy)},
              {"kept", total_json(row.kept)},
              {"deleted", total_json(row.deleted)},
              {"documented_deletions", row.documented_deletions},
              {"stored", row.stored},
              {"asked", row.asked}};
    answer.push_back(std::move(made));
  }
  return answer;
}

}  // namespace det::formatting
