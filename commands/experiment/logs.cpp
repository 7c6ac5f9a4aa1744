#include <cstdint>
#include <memory>
#include <optional>

#include "commands/arguments.hpp"
#include "commands/log_output.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"
#include "model/number.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  LogOptions log;
};

std::int64_t number(const std::string& id) {
  return model::number<std::int64_t>(id).value_or(0);
}

// The one with the smallest id.
std::string first_trial(client::Master& master, const std::string& experiment_id) {
  std::optional<std::string> first;
  master.trials(experiment_id, {}, [&](const model::Trial& trial) {
    if (!first || number(trial.id) < number(*first)) first = trial.id;
    return true;
  });
  if (!first) throw Error(Failure::not_found, "it has no trial yet");
  return *first;
}

void run(const Options& options, Context& context) {
  const auto reference = parse_reference(options.experiment, "experiment", context.globals());
  refuse_contradictions(options.log);
  auto& master = context.master(reference);
  naming("failed to read the log of experiment " + reference.id, [&] {
    print_log(context, master, {reference.source, first_trial(master, reference.id)}, options.log);
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment whose first trial's log to print")
      .completes(Completion::experiment);
  add_log_flags(arguments, options->log);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_logs{"experiment logs",
                                               "",
                                               "fetch logs of the first trial of an experiment",
                                               "det experiment logs 12\n"
                                               "det e logs 12 -f\n"
                                               "det e logs 12 --head 20 --timestamp-after "
                                               "2026-11-20T23:17:12Z",
                                               attach,
                                               Asks::master};

}  // namespace det::commands
