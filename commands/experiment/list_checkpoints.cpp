#include <memory>

#include "commands/arguments.hpp"
#include "commands/checkpoint_list.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  CheckpointListOptions list;
};

void run(const Options& options, Context& context) {
  const auto reference = parse_reference(options.experiment, "experiment", context.globals());
  const auto source = context.source(reference);
  naming("failed to list checkpoints of experiment " + reference.id, [&] {
    list_checkpoints(context, *source, {sources::Scope::experiment, reference.id}, options.list);
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment whose checkpoints to list")
      .completes(Completion::experiment);
  add_checkpoint_list(arguments, options->list);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_list_checkpoints{
    "experiment list-checkpoints",
    "lc",
    "list checkpoints of experiment",
    "det experiment list-checkpoints 12\n"
    "det e lc 12 --best 3 --csv\n"
    "det e lc 12 --sort-by accuracy --smaller-is-better false --columns uuid,metric:accuracy,size\n"
    "det e lc http://other-master:8080#7 --json",
    attach,
    Asks::master};

}  // namespace det::commands
