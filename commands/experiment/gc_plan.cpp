#include <memory>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/gc_survey.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/gc_plan_json.hpp"
#include "formatting/gc_plan_table.hpp"
#include "formatting/json.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  GcPolicyOptions policy;
  bool matrix = false;
};

model::Json document(const Options& options, const GcSurvey& survey) {
  if (options.matrix) return formatting::gc_matrix_json(model::gc_matrix(survey.question, survey.stored));
  return formatting::gc_plan_json(model::gc_plan(survey.question), survey.experiment_id,
                                  survey.question.searcher);
}

formatting::FittedText text(const Options& options, const GcSurvey& survey, const Context& context) {
  formatting::GcPlanView view{.metric = survey.question.searcher.metric};
  if (context.terminal().out) view.width = context.terminal().width;
  return options.matrix ? formatting::gc_matrix_text(model::gc_matrix(survey.question, survey.stored), view)
                        : formatting::gc_plan_text(model::gc_plan(survey.question), view);
}

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const auto survey = naming("failed to plan the garbage collection of experiment " + experiment.id,
                             [&] { return survey_gc(context, experiment, options.policy); });
  if (context.globals().json) {
    context.out() << formatting::json_text(document(options, survey)) << '\n';
    return;
  }
  const auto shown = text(options, survey, context);
  context.out() << shown.text;
  if (!shown.cut.empty()) context.err() << shown.cut << '\n';
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment whose collection to plan")
      .completes(Completion::experiment);
  add_policy_flags(arguments, options->policy, PolicyFlags::optional);
  arguments.flag("--matrix", options->matrix, "compare policies: what each keeps, deletes and frees");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_gc_plan{
    "experiment gc-plan",
    "",
    "show what a GC policy keeps and deletes, and change nothing",
    "det experiment gc-plan 12\n"
    "det e gc-plan 12 --save-experiment-best 3 --save-trial-best 0\n"
    "det e gc-plan 12 --matrix",
    attach,
    Asks::master};

}  // namespace det::commands
