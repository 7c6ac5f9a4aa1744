#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/json.hpp"
#include "formatting/record_json.hpp"
#include "model/error.hpp"
#include "model/number.hpp"

// set max-slots, set priority, set weight
namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  std::string value;
};

// A change, and how the official client prints its value.
struct Change {
  model::ExperimentPatch patch;
  std::string shown;
  model::Json value;
};

std::int64_t whole_number(const std::string& text, std::string_view what) {
  const auto number = model::number<std::int32_t>(text);
  if (!number)
    throw Error(Failure::usage, fmt::format("invalid {} '{}': a whole number is needed", what, text));
  return *number;
}

Change max_slots(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "none" || lower == "null")
    return {{.max_slots = std::optional<std::int64_t>()}, "None", nullptr};
  const auto slots = whole_number(text, "max_slots");
  return {{.max_slots = slots}, std::to_string(slots), slots};
}

Change priority(const std::string& text) {
  const auto level = whole_number(text, "priority");
  return {{.priority = level}, std::to_string(level), level};
}

Change weight(const std::string& text) {
  const auto share = model::number<double>(text);
  if (!share || !std::isfinite(*share))
    throw Error(Failure::usage, fmt::format("invalid weight '{}': a number is needed", text));
  return {{.weight = share}, formatting::float_text(*share), *share};
}

struct Resource {
  const char* name;
  const char* help;
  Change (*change)(const std::string& text);
};

constexpr Resource slots_bound{"max_slots", "how many slots it may use at once; none: as many as there are",
                               max_slots};
constexpr Resource priority_level{"priority", "its priority in the queue; lower numbers come first",
                                  priority};
constexpr Resource weight_share{"weight", "its share where slots are shared fairly", weight};

void run(const Resource& resource, const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const auto change = resource.change(options.value);
  naming(fmt::format("failed to set the {} of experiment {}", resource.name, experiment.id),
         [&] { context.master(experiment).change_experiment(experiment.id, change.patch); });
  print_change(context,
               fmt::format("Set `{}` of experiment {} to {}", resource.name, experiment.id, change.shown),
               {{"experiment_id", formatting::id_json(experiment.id)}, {resource.name, change.value}});
}

template <const Resource& resource>
Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to modify")
      .completes(Completion::experiment);
  arguments.positional(resource.name, options->value, resource.help).completes(Completion::nothing);
  return [options](Context& context) { run(resource, *options, context); };
}

}  // namespace

extern constinit const Command experiment_set_max_slots{"experiment set max-slots",
                                                        "",
                                                        "set `max_slots` of experiment",
                                                        "det experiment set max-slots 12 4\n"
                                                        "det e set max-slots 12 none",
                                                        attach<slots_bound>,
                                                        Asks::master};

extern constinit const Command experiment_set_priority{
    "experiment set priority",      "",
    "set `priority` of experiment", "det experiment set priority 12 40",
    attach<priority_level>,         Asks::master};

extern constinit const Command experiment_set_weight{
    "experiment set weight", "",          "set `weight` of experiment", "det experiment set weight 12 2.5",
    attach<weight_share>,    Asks::master};

}  // namespace det::commands
