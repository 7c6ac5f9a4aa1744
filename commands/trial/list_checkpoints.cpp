#include <memory>

#include "commands/arguments.hpp"
#include "commands/checkpoint_list.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string trial;
  CheckpointListOptions list;
};

void run(const Options& options, Context& context) {
  const auto reference = parse_reference(options.trial, "trial", context.globals());
  const auto source = context.source(reference);
  naming("failed to list checkpoints of trial " + reference.id, [&] {
    list_checkpoints(context, *source, {sources::Scope::trial, reference.id}, options.list);
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("trial_id", options->trial, "trial whose checkpoints to list")
      .completes(Completion::trial);
  add_checkpoint_list(arguments, options->list);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command trial_list_checkpoints{"trial list-checkpoints",
                                                      "lc",
                                                      "list checkpoints of trial",
                                                      "det trial list-checkpoints 16\n"
                                                      "det t lc 16 --best 3 --json",
                                                      attach,
                                                      Asks::master};

}  // namespace det::commands
