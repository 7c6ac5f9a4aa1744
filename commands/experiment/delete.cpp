#include <fmt/format.h>

#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/prompt.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  bool yes = false;
};

constexpr std::string_view question =
    "Deleting an experiment will result in the unrecoverable\n"
    "deletion of all associated logs, checkpoints, and other\n"
    "metadata associated with the experiment. For a recoverable\n"
    "alternative, see 'det experiment archive'. Do you still\n"
    "wish to proceed?";

void require_consent(const Reference& experiment, Context& context) {
  require_input(context, "the deletion");
  if (!confirm(context, question))
    throw Error(Failure::declined, fmt::format("declined; experiment {} is not deleted", experiment.id));
}

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  auto& master = context.master(experiment);
  if (!options.yes) require_consent(experiment, context);
  naming("failed to delete experiment " + experiment.id, [&] { master.delete_experiment(experiment.id); });
  print_change(context, fmt::format("Deletion of experiment {} is in progress", experiment.id),
               {{"experiment_id", formatting::id_json(experiment.id)}, {"action", "delete"}});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to delete")
      .completes(Completion::experiment);
  arguments.flag("--yes", options->yes, "do not ask for a confirmation");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_delete{"experiment delete",
                                                 "",
                                                 "delete experiment",
                                                 "det experiment delete 12\n"
                                                 "det e delete 12 --yes",
                                                 attach,
                                                 Asks::master};

}  // namespace det::commands
