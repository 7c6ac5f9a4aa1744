#include <memory>

#include "commands/arguments.hpp"
#include "commands/list_output.hpp"
#include "commands/naming.hpp"
#include "commands/paging.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/experiment_table.hpp"

namespace det::commands {
namespace {

struct Options {
  bool all = false;
  bool show_project = false;
  bool csv = false;
  PagingOptions paging;
};

client::ExperimentQuery query(const Options& options, Context& context) {
  client::ExperimentQuery query;
  if (!options.all) {
    query.archived = false;
    const auto username = context.session({}).username();
    query.owners = {username.empty() ? context.master({}).me().username : username};
  }
  return query;
}

void run(const Options& options, Context& context) {
  const formatting::ExperimentColumns columns{.project = options.show_project, .archived = options.all};
  ListOutput output(context, list_form(context, options.csv), formatting::experiment_columns(columns));
  auto asked = query(options, context);
  int delivered = 0;
  naming("failed to list experiments", [&] {
    each_page(options.paging, delivered, [&](const client::Paging& page) {
      asked.paging = page;
      return context.master({}).experiments(asked, [&](const model::Experiment& experiment) {
        ++delivered;
        output.wants_json() ? output.add(formatting::experiment_json(experiment))
                            : output.add(formatting::experiment_row(experiment, columns));
        return true;
      });
    });
  });
  output.finish();
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.flag("-a,--all", options->all, "show all experiments: archived ones and other users' too");
  arguments.flag("--show_project", options->show_project, "include columns for workspace and project");
  add_paging(arguments, options->paging);
  arguments.flag("--csv", options->csv, "print as CSV");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_list{"experiment list",
                                               "ls",
                                               "list experiments",
                                               "det experiment list\n"
                                               "det e ls --all --csv\n"
                                               "det e ls --limit 20 --pages 1 --json",
                                               attach,
                                               Asks::master};

}  // namespace det::commands
