#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"

namespace det::commands {
namespace {

void run(const std::string& text, Context& context) {
  const auto trial = parse_id(text, "trial", context.globals());
  naming("failed to kill trial " + trial, [&] { context.master({}).kill_trial(trial); });
  print_change(context, "Killed trial " + trial,
               {{"trial_id", formatting::id_json(trial)}, {"action", "kill"}});
}

Action attach(Arguments& arguments) {
  auto trial = std::make_shared<std::string>();
  arguments.positional("trial_id", *trial, "trial to kill").completes(Completion::trial);
  return [trial](Context& context) { run(*trial, context); };
}

}  // namespace

extern constinit const Command trial_kill{"trial kill",        "",     "forcibly terminate a trial",
                                          "det trial kill 31", attach, Asks::master};

}  // namespace det::commands
