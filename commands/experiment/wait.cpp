#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <string>

#include "commands/arguments.hpp"
#include "commands/gc_wait.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  int polling_interval_seconds = 5;
};

// Whether it has come to an end that is no success.
bool has_failed(const std::string& state) {
  return state == "CANCELED" || state == "ERROR" || state == "DELETED" || state == "DELETE_FAILED";
}

// `experiment` as the line names it. Throws Error{awaited_failed} when the state is one in which nothing can
// be waited for any more.
bool has_completed(const std::string& experiment, const std::string& state) {
  if (state == "PAUSED") {
    throw Error(Failure::awaited_failed, "it is paused, and does not go on by itself")
        .advising("det experiment activate " + experiment);
  }
  if (has_failed(state))
    throw Error(Failure::awaited_failed, "it ended as " + state)
        .advising("det experiment logs " + experiment);
  return state == "COMPLETED";
}

// Once a minute, as officially.
void tell(Context& context, const std::string& id, std::chrono::seconds before, std::chrono::seconds now) {
  using std::chrono::minutes;
  if (std::chrono::floor<minutes>(before) == std::chrono::floor<minutes>(now)) return;
  context.err() << fmt::format("Waiting for Experiment {} to complete. Elapsed {:.1f} minutes\n", id,
                               std::chrono::duration<double, std::ratio<60>>(now).count())
                << std::flush;
}

void wait(Context& context, client::Master& master, const std::string& id, const Options& options) {
  const auto pause = real_pause(context);
  const std::chrono::seconds interval(options.polling_interval_seconds);
  std::chrono::seconds waited{0};
  while (!has_completed(options.experiment, master.experiment(id).state)) {
    pause(interval);
    tell(context, id, waited, waited + interval);
    waited += interval;
  }
}

void run(const Options& options, Context& context) {
  const auto reference = parse_reference(options.experiment, "experiment", context.globals());
  auto& master = context.master(reference);
  naming("failed to wait for experiment " + reference.id,
         [&] { wait(context, master, reference.id, options); });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment to wait for")
      .completes(Completion::experiment);
  arguments
      .option("--polling-interval", options->polling_interval_seconds, "SECONDS",
              "how often to ask for its state (default: 5)")
      .between(0, 1'000'000);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_wait{
    "experiment wait",
    "",
    "wait for experiment to reach terminal state",
    "det experiment wait 12\n"
    "det --timeout 3600 e wait 12 --polling-interval 30 && det e download 12 --top-n 1",
    attach,
    Asks::master};

}  // namespace det::commands
