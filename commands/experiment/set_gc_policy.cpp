#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/gc_survey.hpp"
#include "commands/gc_wait.hpp"
#include "commands/naming.hpp"
#include "commands/prompt.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/gc_plan_json.hpp"
#include "formatting/gc_plan_table.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  GcPolicyOptions policy;
  bool yes = false;
  bool dry_run = false;
  bool wait = false;
};

constexpr std::string_view question =
    "Changing the checkpoint garbage collection policy of an experiment may result\n"
    "in the unrecoverable deletion of checkpoints.  Do you wish to proceed?";

formatting::GcPlanView view_of(const GcSurvey& survey, const Context& context, bool on_terminal) {
  const bool fits = on_terminal && context.terminal().out;
  return {.metric = survey.question.searcher.metric,
          .width = fits ? std::optional(context.terminal().width) : std::nullopt};
}

void print_plan(const model::GcPlan& plan, const GcSurvey& survey, Context& context) {
  if (context.globals().json) {
    const auto document = formatting::gc_plan_json(plan, survey.experiment_id, survey.question.searcher);
    context.out() << formatting::json_text(document) << '\n';
    return;
  }
  const auto shown = formatting::gc_change_text(plan, view_of(survey, context, context.terminal().out));
  context.out() << shown.text;
  if (!shown.cut.empty()) context.err() << shown.cut << '\n';
}

// With --yes nobody is asked, but what will be deleted at once is still told.
void require_consent(const Options& options, const model::GcPlan& plan, const GcSurvey& survey,
                     Context& context) {
  const auto view = view_of(survey, context, context.terminal().err);
  const auto shown =
      options.yes ? formatting::gc_first_collection_text(plan, view) : formatting::gc_change_text(plan, view);
  context.err() << shown.text;
  if (!shown.cut.empty()) context.err() << shown.cut << '\n';
  if (options.yes || confirm(context, question)) return;
  throw Error(Failure::declined,
              fmt::format("declined; the GC policy of experiment {} stays as it is", survey.experiment_id));
}

void print_done(const GcSurvey& survey, Context& context) {
  if (context.globals().json) {
    const auto document = formatting::gc_policy_json(survey.question.policy, survey.experiment_id);
    context.out() << formatting::json_text(document) << '\n' << std::flush;
    return;
  }
  const model::GcPolicy& policy = survey.question.policy;
  context.out() << fmt::format(
                       "Set GC policy of experiment {} to\n"
                       "{{'save_experiment_best': {}, 'save_trial_best': {}, 'save_trial_latest': {}}}\n",
                       survey.experiment_id, policy.save_experiment_best, policy.save_trial_best,
                       policy.save_trial_latest)
                << std::flush;
}

// Returns what was planned.
model::GcPlan change(const Options& options, const Reference& experiment, Context& context) {
  const auto survey = survey_gc(context, experiment, options.policy);
  auto plan = model::gc_plan(survey.question);
  if (options.dry_run) {
    print_plan(plan, survey, context);
    return plan;
  }
  require_consent(options, plan, survey, context);
  const auto warning = context.master(experiment).set_gc_policy(experiment.id, survey.question.policy);
  if (!warning.empty())
    context.err() << "the master deletes nothing: " << formatting::terminal_safe(warning) << '\n';
  print_done(survey, context);
  return plan;
}

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  if (!options.yes && !options.dry_run)
    require_input(context, "the change", "--yes confirms, --dry-run only shows the plan");
  const auto plan = naming("failed to set the GC policy of experiment " + experiment.id,
                           [&] { return change(options, experiment, context); });
  if (!options.wait || options.dry_run) return;
  naming("failed to wait for the collection of experiment " + experiment.id, [&] {
    await_deletion(context, context.master(experiment), awaited_deletions(plan), real_pause(context));
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to modify")
      .completes(Completion::experiment);
  add_policy_flags(arguments, options->policy, PolicyFlags::required);
  arguments.flag("--yes", options->yes, "do not ask for a confirmation");
  arguments.flag("--dry-run", options->dry_run, "only show what would be deleted, change nothing");
  arguments.flag("--wait", options->wait, "wait until the master has deleted what it is to delete now");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_set_gc_policy{
    "experiment set gc-policy",
    "",
    "set experiment GC policy and run GC",
    "det experiment set gc-policy 12 --save-experiment-best 2 --save-trial-best 1 --save-trial-latest 1\n"
    "det e set gc-policy 12 --save-experiment-best 0 --save-trial-best 1 --save-trial-latest 1 --dry-run",
    attach,
    Asks::master};

}  // namespace det::commands
