#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "commands/list_output.hpp"
#include "commands/naming.hpp"
#include "commands/paging.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/trial_table.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  bool csv = false;
  PagingOptions paging;
};

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment");
  auto& master = context.master(experiment);
  ListOutput output(context, list_form(context, options.csv), formatting::trial_columns());
  int delivered = 0;
  naming("failed to list trials of experiment " + experiment.id, [&] {
    each_page(options.paging, delivered, [&](const client::Paging& page) {
      return master.trials(experiment.id, page, [&](const model::Trial& trial) {
        ++delivered;
        output.wants_json() ? output.add(formatting::trial_json(trial))
                            : output.add(formatting::trial_row(trial));
        return true;
      });
    });
  });
  output.finish();
}

Action attach(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("experiment_id", options->experiment, "experiment whose trials to list")
      ->required()
      ->type_name("");
  add_paging(app, options->paging);
  app.add_flag("--csv", options->csv, "print as CSV");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_list_trials{"experiment list-trials", "lt",
                                                      "list trials of experiment",
                                                      "det experiment list-trials 12\n"
                                                      "det e lt 12 --json",
                                                      attach};

}  // namespace det::commands
