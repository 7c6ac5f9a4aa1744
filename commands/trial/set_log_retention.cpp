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
  std::string trial;
  LogRetentionOptions retention;
};

void run(const Options& options, Context& context) {
  const auto trial = parse_id(options.trial, "trial", context.globals());
  const int days = log_retention_days(options.retention);
  naming("failed to set the log retention of trial " + trial,
         [&] { context.master({}).retain_trial_logs(trial, days); });
  print_change(context, {{"trial_id", formatting::id_json(trial)}, {"log_retention_days", days}});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("trial_id", options->trial, "trial to modify").completes(Completion::trial);
  add_log_retention_flags(arguments, options->retention);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command trial_set_log_retention{"trial set log-retention",
                                                       "",
                                                       "set `log-retention-days` for a trial",
                                                       "det trial set log-retention 12 --days 90\n"
                                                       "det t set log-retention 12 --forever",
                                                       attach,
                                                       Asks::master};

}  // namespace det::commands
