#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/context.hpp"
#include "commands/log_retention.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  LogRetentionOptions retention;
};

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const int days = log_retention_days(options.retention);
  naming("failed to set the log retention of experiment " + experiment.id,
         [&] { context.master(experiment).retain_experiment_logs(experiment.id, days); });
  print_change(context,
               {{"experiment_id", formatting::id_json(experiment.id)}, {"log_retention_days", days}});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to modify")
      .completes(Completion::experiment);
  add_log_retention_flags(arguments, options->retention);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_set_log_retention{"experiment set log-retention",
                                                            "",
                                                            "set `log-retention-days` for an experiment",
                                                            "det experiment set log-retention 12 --days 90\n"
                                                            "det e set log-retention 12 --forever",
                                                            attach,
                                                            Asks::master};

}  // namespace det::commands
