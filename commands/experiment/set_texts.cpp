#include <fmt/format.h>

#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/experiment/whole_patch.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"
#include "formatting/values.hpp"

// set name, set description
namespace det::commands {
namespace {

struct Attribute {
  const char* name;
  std::optional<std::string> model::ExperimentPatch::*value;
};

constexpr Attribute description{"description", &model::ExperimentPatch::description};
constexpr Attribute name{"name", &model::ExperimentPatch::name};

struct Options {
  std::string experiment;
  std::string text;
};

void run(const Attribute& attribute, const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  naming(fmt::format("failed to set the {} of experiment {}", attribute.name, experiment.id), [&] {
    auto patch = whole_patch(context.master(experiment).experiment(experiment.id));
    patch.*attribute.value = options.text;
    context.master(experiment).change_experiment(experiment.id, patch);
  });
  print_change(context,
               fmt::format("Set {} of experiment {} to '{}'", attribute.name, experiment.id,
                           formatting::terminal_safe(options.text)),
               {{"experiment_id", formatting::id_json(experiment.id)}, {attribute.name, options.text}});
}

template <const Attribute& attribute>
Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to modify")
      .completes(Completion::experiment);
  arguments.positional(attribute.name, options->text, fmt::format("its new {}", attribute.name))
      .completes(Completion::nothing);
  return [options](Context& context) { run(attribute, *options, context); };
}

}  // namespace

extern constinit const Command experiment_set_description{
    "experiment set description", "",
    "set experiment description", "det experiment set description 12 'twice the learning rate of 11'",
    attach<description>,          Asks::master};

extern constinit const Command experiment_set_name{
    "experiment set name", "",          "set experiment name", "det experiment set name 12 mnist-baseline",
    attach<name>,          Asks::master};

}  // namespace det::commands
