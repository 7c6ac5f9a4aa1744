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

// It is asked for first, as the official client does.
void run(const std::string& text, Context& context) {
  const auto experiment = parse_reference(text, "experiment", context.globals());
  naming("failed to delete the TensorBoard files of experiment " + experiment.id, [&] {
    auto& master = context.master(experiment);
    master.experiment(experiment.id);
    master.delete_tensorboard_files(experiment.id);
  });
  print_change(context,
               {{"experiment_id", formatting::id_json(experiment.id)}, {"action", "delete-tb-files"}});
}

Action attach(Arguments& arguments) {
  auto experiment = std::make_shared<std::string>();
  arguments.positional("experiment_id", *experiment, "experiment whose TensorBoard files to delete")
      .completes(Completion::experiment);
  return [experiment](Context& context) { run(*experiment, context); };
}

}  // namespace

extern constinit const Command experiment_delete_tb_files{
    "experiment delete-tb-files",
    "",
    "delete TensorBoard files associated with the provided experiment ID",
    "det experiment delete-tb-files 12",
    attach,
    Asks::master};

}  // namespace det::commands
