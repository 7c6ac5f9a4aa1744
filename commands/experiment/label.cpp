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

// The labels of the experiment after `label` was added, or removed. What is so already is not asked for.
std::vector<std::string> labels_after(bool add, const std::string& label, client::Master& master,
                                      const std::string& experiment_id) {
  auto patch = whole_patch(master.experiment(experiment_id));
  auto& labels = *patch.labels;
  const bool has = std::find(labels.begin(), labels.end(), label) != labels.end();
  if (has == add) return labels;
  if (add) {
    labels.push_back(label);
  } else {
    std::erase(labels, label);
  }
  master.change_experiment(experiment_id, patch);
  return labels;
}

void change(bool add, const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const auto labels =
      naming(fmt::format("failed to {} a label {} experiment {}", add ? "add" : "remove", add ? "to" : "of",
                         experiment.id),
             [&] { return labels_after(add, options.label, context.master(experiment), experiment.id); });
  print_change(context,
               fmt::format("{} label '{}' {} experiment {}", add ? "Added" : "Removed",
                           formatting::terminal_safe(options.label), add ? "to" : "from", experiment.id),
               {{"experiment_id", formatting::id_json(experiment.id)}, {"labels", model::Json(labels)}});
}

Action attach_add(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to label")
      .completes(Completion::experiment);
  arguments.positional("label", options->label, "label to add").completes(Completion::label);
  return [options](Context& context) { change(true, *options, context); };
}

Action attach_remove(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment that has the label")
      .completes(Completion::experiment);
  arguments.positional("label", options->label, "label to remove").completes(Completion::own_label);
  return [options](Context& context) { change(false, *options, context); };
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
