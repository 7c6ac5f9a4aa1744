#include <memory>

#include "commands/arguments.hpp"
#include "commands/log_output.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string trial;
  LogOptions log;
};

void run(const Options& options, Context& context) {
  const auto reference = parse_reference(options.trial, "trial", context.globals());
  refuse_contradictions(options.log);
  auto& master = context.master(reference);
  naming("failed to read the log of trial " + reference.id,
         [&] { print_log(context, master, reference, options.log); });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("trial_id", options->trial, "trial whose log to print").completes(Completion::trial);
  add_log_flags(arguments, options->log);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command trial_logs{"trial logs",
                                          "",
                                          "fetch trial logs",
                                          "det trial logs 16\n"
                                          "det t logs -f 16\n"
                                          "det t logs 16 --tail 100 --level WARNING\n"
                                          "det t logs 16 --rank-id 0 --stdtype stderr --json",
                                          attach,
                                          Asks::master};

}  // namespace det::commands
