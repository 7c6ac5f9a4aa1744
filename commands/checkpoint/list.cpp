#include <memory>
#include <optional>
#include <string>

#include "commands/arguments.hpp"
#include "commands/checkpoint_list.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::optional<std::string> experiment;
  std::optional<std::string> trial;
  CheckpointListOptions list;
};

void list_of(const std::string& id, sources::Scope scope, const Options& options, Context& context) {
  const std::string kind = scope == sources::Scope::trial ? "trial" : "experiment";
  const auto reference = parse_reference(id, kind, context.globals());
  const auto source = context.source(reference);
  naming("failed to list checkpoints of " + kind + " " + reference.id, [&] {
    list_checkpoints(context, *source, {scope, reference.id}, options.list);
  });
}

void run(const Options& options, Context& context) {
  if (options.experiment && options.trial)
    throw Error(Failure::usage, "an experiment and --trial exclude each other");
  if (options.trial) return list_of(*options.trial, sources::Scope::trial, options, context);
  if (options.experiment) return list_of(*options.experiment, sources::Scope::experiment, options, context);
  if (is_of_master({}, context.globals()))
    return list_own_checkpoints(context, *context.source({}), options.list);
  list_of(*context.globals().source, sources::Scope::experiment, options, context);
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .positional("experiment_id", options->experiment,
                  "experiment whose checkpoints to list (default: all of the user's)")
      .completes(Completion::experiment);
  arguments.option("--trial", options->trial, "ID", "those of this trial instead")
      .completes(Completion::trial);
  add_checkpoint_list(arguments, options->list);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_list{"checkpoint list",
                                               "ls",
                                               "list checkpoints of an experiment, a trial or the user",
                                               "det checkpoint list\n"
                                               "det c ls 12 --best 3\n"
                                               "det c ls --trial 16 --csv\n"
                                               "det c ls --json",
                                               attach,
                                               Asks::master};

}  // namespace det::commands
