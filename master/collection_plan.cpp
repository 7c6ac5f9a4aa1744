#include "master/collection_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "master/configuration.hpp"
#include "master/endings.hpp"
#include "master/found.hpp"
#include "master/repository/checkpoints.hpp"
#include "master/repository/deletions.hpp"
#include "master/repository/settings.hpp"
#include "master/repository/trials.hpp"
#include "model/error.hpp"
#include "model/retention.hpp"
#include "wire/configuration.hpp"
#include "wire/tree.hpp"

namespace det::master {
namespace {

constexpr std::array<std::string_view, 3> ended_trial{"COMPLETED", "CANCELED", "ERROR"};

std::set<std::string> running_trials(Connection& connection, const model::ExperimentRecord& experiment) {
  std::set<std::string> running;
  if (experiment.unmanaged || is_final(experiment.state)) return running;
  for (const auto id : experiment.trial_ids) running.insert(std::to_string(id));
  const std::vector<std::string> words(ended_trial.begin(), ended_trial.end());
  for (const auto id : repository::trials_in_states(connection, experiment.id, words)) {
    running.erase(std::to_string(id));
  }
  return running;
}

// Checkpoints with the storage that each lies in.
struct Found {
  model::ExperimentRecord experiment;
  std::vector<std::pair<std::string, model::StorageConfiguration>> removed;
};

Found found(Connection& connection, std::int64_t experiment_id,
            const std::optional<model::GcPolicy>& policy) {
  Found found{.experiment = found_experiment(connection, experiment_id), .removed = {}};
  const auto configuration = configuration_of(found.experiment);
  std::map<std::optional<std::int64_t>, model::StorageConfiguration> storages{
      {std::nullopt, configuration.storage}};
  for (auto& id : removed_by(connection, found.experiment, policy.value_or(configuration.gc_policy))) {
    const auto number = repository::storage_of_checkpoint(connection, id);
    if (!storages.contains(number)) storages[number] = storage_of(connection, found.experiment, id);
    found.removed.emplace_back(std::move(id), storages[number]);
  }
  return found;
}

// Asks the roots once for each storage.
class Reach {
 public:
  explicit Reach(const StorageRoots& roots) : roots_(roots) {}

  // Why its files cannot be removed; empty: they can.
  const std::string& hindrance(const model::StorageConfiguration& storage) {
    const auto known =
        std::find_if(known_.begin(), known_.end(), [&](const auto& asked) { return asked.first == storage; });
    if (known != known_.end()) return known->second;
    return known_.emplace_back(storage, asked(storage)).second;
  }

 private:
  std::string asked(const model::StorageConfiguration& storage) const try {
    roots_.open(storage);
    return {};
  } catch (const Error& error) {
    return error.message;  // is what was asked for
  }

  const StorageRoots& roots_;
  std::vector<std::pair<model::StorageConfiguration, std::string>> known_;
};

}  // namespace

model::ExperimentConfiguration configuration_of(const model::ExperimentRecord& experiment) {
  return wire::decode_configuration(wire::parse_tree(experiment.configuration), {.name = "config"});
}

model::StorageConfiguration storage_of(Connection& connection, const model::ExperimentRecord& experiment,
                                       std::string_view checkpoint_id) {
  const auto number = repository::storage_of_checkpoint(connection, checkpoint_id);
  const auto own = number ? repository::storage_by_id(connection, *number) : std::nullopt;
  return own ? storage_of_document(*own) : configuration_of(experiment).storage;
}

std::vector<std::string> removed_by(Connection& connection, const model::ExperimentRecord& experiment,
                                    const model::GcPolicy& policy) {
  const auto candidates = repository::gc_candidates(connection, experiment.id);
  model::Searcher searcher;
  searcher.metric = experiment.searcher_metric;
  searcher.smaller_is_better = experiment.smaller_is_better;
  const model::Retainer retainer(model::Collector::documented, candidates, searcher);
  const auto retained = retainer.retained(policy);
  const auto latest =
      retainer.retained({.save_experiment_best = 0, .save_trial_best = 0, .save_trial_latest = 1});
  const auto running = running_trials(connection, experiment);
  std::vector<std::string> removed;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (retained[i].outcome != model::GcOutcome::removed) continue;
    const bool needed =
        latest[i].outcome == model::GcOutcome::kept && running.contains(candidates[i].trial_id);
    if (!needed) removed.push_back(candidates[i].id);
  }
  return removed;
}

CollectionPlan plan_collection(const Services& services, std::int64_t experiment_id,
                               const std::optional<model::GcPolicy>& policy) {
  auto found_now = services.database.read(
      [&](Connection& connection) { return found(connection, experiment_id, policy); });
  CollectionPlan plan;
  Reach reach(services.storage_roots);
  for (auto& [id, storage] : found_now.removed) {
    const auto& hindrance = reach.hindrance(storage);
    if (hindrance.empty()) {
      plan.removed.push_back(std::move(id));
    } else {
      plan.hindrance = hindrance;
    }
  }
  return plan;
}

}  // namespace det::master
