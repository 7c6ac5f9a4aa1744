#include <memory>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/json.hpp"
#include "formatting/yaml.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

model::Json configuration_of(const Reference& experiment, Context& context) {
  const auto document = context.master(experiment).experiment_document(experiment.id);
  const auto& described = document.at("experiment");
  const auto found = described.find("config");
  if (found == described.end() || found->is_null())
    throw Error(Failure::master, "the master's answer names no configuration");
  return *found;
}

void run(const std::string& text, Context& context) {
  const auto experiment = parse_reference(text, "experiment", context.globals());
  naming("failed to print the configuration of experiment " + experiment.id, [&] {
    const auto configuration = configuration_of(experiment, context);
    if (context.globals().json) {
      context.out() << formatting::json_text(configuration) << '\n';
    } else {
      context.out() << formatting::yaml_text(configuration);
    }
  });
}

Action attach(Arguments& arguments) {
  auto experiment = std::make_shared<std::string>();
  arguments.positional("experiment_id", *experiment, "experiment whose configuration to print")
      .completes(Completion::experiment);
  return [experiment](Context& context) { run(*experiment, context); };
}

}  // namespace

extern constinit const Command experiment_config{"experiment config",
                                                 "",
                                                 "display experiment config",
                                                 "det experiment config 12\n"
                                                 "det e config 12 > experiment.yaml\n"
                                                 "det e config 12 --json",
                                                 attach,
                                                 Asks::master};

}  // namespace det::commands
