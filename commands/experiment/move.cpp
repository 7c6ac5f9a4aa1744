#include <fmt/format.h>

#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  std::string workspace;
  std::string project;
};

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  if (options.workspace.empty()) throw Error(Failure::usage, "the name of the workspace is empty");
  if (options.project.empty()) throw Error(Failure::usage, "the name of the project is empty");
  naming("failed to move experiment " + experiment.id, [&] {
    auto& master = context.master(experiment);
    master.move_experiment(experiment.id, master.project_id(options.workspace, options.project));
  });
  print_change(context,
               fmt::format("Moved experiment {} to project \"{}\"", experiment.id,
                           formatting::terminal_safe(options.project)),
               {{"experiment_id", formatting::id_json(experiment.id)},
                {"workspace", options.workspace},
                {"project", options.project}});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to move")
      .completes(Completion::experiment);
  arguments.positional("workspace_name", options->workspace, "name of the destination's workspace")
      .completes(Completion::nothing);
  arguments.positional("project_name", options->project, "name of the destination, a project")
      .completes(Completion::nothing);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_move{"experiment move",
                                               "",
                                               "move experiment to another project",
                                               "det experiment move 12 Vision baselines",
                                               attach,
                                               Asks::master};

}  // namespace det::commands
