#include <fmt/format.h>

#include <memory>
#include <string>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/checkpoint_removal.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string uuids;
  bool yes = false;
};

constexpr std::string_view question =
    "Deleting checkpoints will result in deletion of all data associated\n"
    "with each checkpoint in the checkpoint storage. Do you still want to proceed?";

void run(const Options& options, Context& context) {
  const auto uuids = uuid_list(options.uuids);
  naming("failed to delete checkpoints", [&] {
    if (!options.yes) {
      require_removal_consent(
          context, {.uuids = uuids, .question = question, .declined = "declined; no checkpoint is deleted"});
    }
    context.master({}).delete_checkpoints(uuids);
  });
  print_change(context, fmt::format("Deletion of checkpoints {} is in progress", options.uuids),
               {{"checkpoints", uuids}});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("checkpoints_uuids", options->uuids, "checkpoints to delete, divided by commas")
      .completes(Completion::checkpoint);
  arguments.flag("--yes", options->yes, "do not ask for a confirmation");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_delete{
    "checkpoint delete",
    "",
    "delete checkpoints",
    "det checkpoint delete 46985143-af68-4d48-ab91-a6447052ca49\n"
    "det c delete 46985143-af68-4d48-ab91-a6447052ca49,fca3e11f-4d58-4b94-ba3a-cc9cbca52383 --yes",
    attach,
    Asks::master};

}  // namespace det::commands
