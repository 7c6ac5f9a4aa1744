#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/experiment/whole_patch.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  std::string label;
};

bool has(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

void print_labels(Context& context, const Reference& experiment, std::string_view sentence,
                  const std::vector<std::string>& labels) {
  print_change(context, sentence,
               {{"experiment_id", formatting::id_json(experiment.id)}, {"labels", model::Json(labels)}});
}

// What is there already is not asked for.
std::vector<std::string> labels_with(const std::string& label, const Reference& experiment,
                                     Context& context) {
  auto patch = whole_patch(context.master(experiment).experiment(experiment.id));
  if (has(*patch.labels, label)) return *patch.labels;
  patch.labels->push_back(label);
  context.master(experiment).change_experiment(experiment.id, patch);
  return *patch.labels;
}

std::vector<std::string> labels_without(const std::string& label, const Reference& experiment,
                                        Context& context) {
  auto patch = whole_patch(context.master(experiment).experiment(experiment.id));
  if (!has(*patch.labels, label)) return *patch.labels;
  std::erase(*patch.labels, label);
  context.master(experiment).change_experiment(experiment.id, patch);
  return *patch.labels;
}

void add(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const auto labels = naming("failed to add a label to experiment " + experiment.id,
                             [&] { return labels_with(options.label, experiment, context); });
  print_labels(context, experiment,
               fmt::format("Added label '{}' to experiment {}", formatting::terminal_safe(options.label),
                           experiment.id),
               labels);
}

void remove(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const auto labels = naming("failed to remove a label of experiment " + experiment.id,
                             [&] { return labels_without(options.label, experiment, context); });
  print_labels(context, experiment,
               fmt::format("Removed label '{}' from experiment {}", formatting::terminal_safe(options.label),
                           experiment.id),
               labels);
}

Action attach_add(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to label")
      .completes(Completion::experiment);
  arguments.positional("label", options->label, "label to add").completes(Completion::label);
  return [options](Context& context) { add(*options, context); };
}

Action attach_remove(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment that has the label")
      .completes(Completion::experiment);
  arguments.positional("label", options->label, "label to remove").completes(Completion::own_label);
  return [options](Context& context) { remove(*options, context); };
}

}  // namespace

extern constinit const Command experiment_label_add{"experiment label add",
                                                    "",
                                                    "add label",
                                                    "det experiment label add 12 baseline",
                                                    attach_add,
                                                    Asks::master};

extern constinit const Command experiment_label_remove{"experiment label remove",
                                                       "",
                                                       "remove label",
                                                       "det experiment label remove 12 baseline",
                                                       attach_remove,
                                                       Asks::master};

}  // namespace det::commands
