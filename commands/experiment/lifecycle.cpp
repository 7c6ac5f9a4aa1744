#include <fmt/format.h>

#include <memory>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/record_json.hpp"

// The verbs that ask nothing but the id.
namespace det::commands {
namespace {

using client::ExperimentVerb;

struct Verb {
  ExperimentVerb verb;
  std::string_view word;
  std::string_view done;
};

constexpr Verb activate{ExperimentVerb::activate, "activate", "Activated"};
constexpr Verb archive{ExperimentVerb::archive, "archive", "Archived"};
constexpr Verb cancel{ExperimentVerb::cancel, "cancel", "Canceled"};
constexpr Verb kill{ExperimentVerb::kill, "kill", "Killed"};
constexpr Verb pause{ExperimentVerb::pause, "pause", "Paused"};
constexpr Verb unarchive{ExperimentVerb::unarchive, "unarchive", "Unarchived"};

void run(const Verb& verb, const std::string& text, Context& context) {
  const auto experiment = parse_reference(text, "experiment", context.globals());
  naming(fmt::format("failed to {} experiment {}", verb.word, experiment.id),
         [&] { context.master(experiment).change_experiment(experiment.id, verb.verb); });
  print_change(context, fmt::format("{} experiment {}", verb.done, experiment.id),
               {{"experiment_id", formatting::id_json(experiment.id)}, {"action", verb.word}});
}

template <const Verb& verb>
Action attach(Arguments& arguments) {
  auto experiment = std::make_shared<std::string>();
  arguments.positional("experiment_id", *experiment, fmt::format("experiment to {}", verb.word))
      .completes(Completion::experiment);
  return [experiment](Context& context) { run(verb, *experiment, context); };
}

}  // namespace

extern constinit const Command experiment_activate{"experiment activate",
                                                   "unpause",
                                                   "activate experiment, i.e., unpause a paused experiment",
                                                   "det experiment activate 12\n"
                                                   "det e unpause 12",
                                                   attach<activate>,
                                                   Asks::master};

extern constinit const Command experiment_archive{"experiment archive", "",
                                                  "archive experiment", "det experiment archive 12",
                                                  attach<archive>,      Asks::master};

extern constinit const Command experiment_cancel{
    "experiment cancel", "", "cancel experiment", "det experiment cancel 12", attach<cancel>, Asks::master};

extern constinit const Command experiment_kill{"experiment kill",        "",           "kill experiment",
                                               "det experiment kill 12", attach<kill>, Asks::master};

extern constinit const Command experiment_pause{
    "experiment pause", "", "pause experiment", "det experiment pause 12", attach<pause>, Asks::master};

extern constinit const Command experiment_unarchive{"experiment unarchive", "",
                                                    "unarchive experiment", "det experiment unarchive 12",
                                                    attach<unarchive>,      Asks::master};

}  // namespace det::commands
