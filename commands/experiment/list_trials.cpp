#include <algorithm>
#include <memory>
#include <vector>

#include "commands/arguments.hpp"
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

using TrialSink = sources::Sink<model::Trial>;

// One page of what a source lists whole; returns how many there are.
int page_of(sources::Source& source, const std::string& experiment, const client::Paging& page,
            const TrialSink& sink) {
  std::vector<model::Trial> all;
  source.trials(experiment, [&](const model::Trial& trial) {
    all.push_back(trial);
    return true;
  });
  const auto total = static_cast<int>(all.size());
  const int begin = std::min(page.offset < 0 ? std::max(total + page.offset, 0) : page.offset, total);
  const int end = page.limit > 0 ? begin + std::min(page.limit, total - begin) : total;
  for (int i = begin; i < end; ++i) sink(all[static_cast<std::size_t>(i)]);
  return total;
}

void run(const Options& options, Context& context) {
  const auto experiment = parse_reference(options.experiment, "experiment", context.globals());
  const bool of_master = is_of_master(experiment, context.globals());
  const auto source = of_master ? nullptr : context.source(experiment);
  ListOutput output(context, list_form(context, options.csv), formatting::trial_columns());
  int delivered = 0;
  naming("failed to list trials of experiment " + experiment.id, [&] {
    const TrialSink add = [&](const model::Trial& trial) {
      ++delivered;
      output.wants_json() ? output.add(formatting::trial_json(trial))
                          : output.add(formatting::trial_row(trial));
      return true;
    };
    each_page(options.paging, delivered, [&](const client::Paging& page) {
      return of_master ? context.master(experiment).trials(experiment.id, page, add)
                       : page_of(*source, experiment.id, page, add);
    });
  });
  output.finish();
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment whose trials to list")
      .completes(Completion::experiment);
  add_paging(arguments, options->paging);
  arguments.flag("--csv", options->csv, "print as CSV");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_list_trials{"experiment list-trials",
                                                      "lt",
                                                      "list trials of experiment",
                                                      "det experiment list-trials 12\n"
                                                      "det e lt 12 --json",
                                                      attach,
                                                      Asks::master};

}  // namespace det::commands
