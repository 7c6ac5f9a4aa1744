#include "commands/gc_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/if_served.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "model/ranking.hpp"

namespace det::commands {
namespace {

// Whom a survey asks, and where it says what it had to do without.
struct Asking {
  client::Master& master;
  std::ostream& err;
};

const model::ExperimentConfiguration& configuration(const model::Experiment& experiment) {
  if (experiment.configuration) return *experiment.configuration;
  throw Error(Failure::master, fmt::format("experiment {} came without its configuration", experiment.id));
}

model::GcPolicy policy_of(const GcPolicyOptions& options, const model::GcPolicy& stored) {
  return {options.save_experiment_best.value_or(stored.save_experiment_best),
          options.save_trial_best.value_or(stored.save_trial_best),
          options.save_trial_latest.value_or(stored.save_trial_latest)};
}

void read_checkpoints(const Asking& asking, GcSurvey& survey) {
  model::Ranking ranking({.smaller_is_better = survey.question.searcher.smaller_is_better, .limit = 1});
  asking.master.checkpoints({client::CheckpointScope::experiment, survey.experiment_id},
                            [&](const model::Checkpoint& checkpoint) {
                              survey.question.checkpoints.push_back(model::gc_candidate(checkpoint));
                              ranking.add(checkpoint);
                              return true;
                            });
  const auto ranked = ranking.finish();
  if (!ranked.checkpoints.empty()) survey.question.best_id = ranked.checkpoints.front().checkpoint.id;
}

void mark_warm_starts(const Asking& asking, GcSurvey& survey) {
  std::set<std::string> starts{survey.question.searcher.source_checkpoint_uuid};
  asking.master.trials(survey.experiment_id, {}, [&](const model::Trial& trial) {
    starts.insert(trial.warm_start_checkpoint);
    return true;
  });
  for (auto& checkpoint : survey.question.checkpoints) checkpoint.warm_start = starts.contains(checkpoint.id);
}

void mark_registered(const Asking& asking, GcSurvey& survey) {
  ask_if_served(asking.err, "registered checkpoints are not marked, the model registry cannot be read", [&] {
    const auto registered = asking.master.registered_checkpoints();
    for (auto& checkpoint : survey.question.checkpoints) {
      checkpoint.registered = registered.contains(checkpoint.id);
    }
  });
}

model::Collector collector(const Asking& asking) {
  auto collector = model::Collector::real_master;
  ask_if_served(asking.err, "the master is taken for a real one, it does not describe itself", [&] {
    const auto switches = asking.master.description().feature_switches;
    const bool documented = std::find(switches.begin(), switches.end(), "gc-by-new-policy") != switches.end();
    if (documented) collector = model::Collector::documented;
  });
  return collector;
}

model::GcPreview preview(const Asking& asking, const GcSurvey& survey, const model::GcPolicy& policy) {
  model::GcPreview ids;
  const auto without =
      fmt::format("the master cannot preview the policy {} {} {}, which is computed here",
                  policy.save_experiment_best, policy.save_trial_best, policy.save_trial_latest);
  ask_if_served(asking.err, without, [&] {
    std::set<std::string> named;
    const auto previewed = asking.master.preview_gc(survey.experiment_id, policy);
    for (const auto& one : previewed.checkpoints) named.insert(one.id);
    if (!previewed.warning.empty())
      asking.err << "the master deletes nothing: " << formatting::terminal_safe(previewed.warning) << '\n';
    ids = std::move(named);
  });
  return ids;
}

}  // namespace

void add_policy_flags(Arguments& arguments, GcPolicyOptions& options, PolicyFlags flags) {
  const auto add = [&](const char* flag, std::optional<int>& count, const char* help) {
    auto argument = arguments.option(flag, count, "N", help).at_least(0);
    if (flags == PolicyFlags::required) argument.required();
  };
  add("--save-experiment-best", options.save_experiment_best,
      "number of best checkpoints per experiment to save");
  add("--save-trial-best", options.save_trial_best, "number of best checkpoints per trial to save");
  add("--save-trial-latest", options.save_trial_latest, "number of latest checkpoints per trial to save");
}

GcSurvey survey_gc(Context& context, const Reference& reference, const GcPolicyOptions& options) {
  const Asking asking{context.master(reference), context.err()};
  const auto experiment = asking.master.experiment(reference.id);
  GcSurvey survey{
      .experiment_id = reference.id, .stored = configuration(experiment).gc_policy, .question = {}};
  model::GcQuestion& question = survey.question;
  question.searcher = configuration(experiment).searcher;
  question.policy = policy_of(options, survey.stored);
  question.collector = collector(asking);
  if (options.any() && question.collector == model::Collector::real_master)
    question.stored_policy = survey.stored;
  read_checkpoints(asking, survey);
  if (question.checkpoints.empty()) return survey;
  mark_warm_starts(asking, survey);
  if (question.stored_policy) question.stored_preview = preview(asking, survey, survey.stored);
  const bool same = question.stored_policy && question.policy == survey.stored;
  question.preview = same ? question.stored_preview : preview(asking, survey, question.policy);
  mark_registered(asking, survey);
  return survey;
}

}  // namespace det::commands
