#include <memory>
#include <ostream>
#include <utility>

#include "commands/arguments.hpp"
#include "commands/description_output.hpp"
#include "commands/naming.hpp"
#include "commands/paging.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/described_json.hpp"
#include "formatting/json.hpp"
#include "formatting/trial_description.hpp"
#include "formatting/workload_table.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string trial;
  bool metrics_summary = false;
  bool metrics = false;
  bool csv = false;
  PagingOptions paging{.limit = 1000};
};

void print_document(const Options& options, const std::string& id, Context& context) {
  auto described = formatting::described_trial(context.master({}).trial_document(id));
  int delivered = 0;
  each_page(options.paging, delivered, [&](const client::Paging& page) {
    auto answer = context.master({}).workloads_document(id, page, options.metrics);
    const auto count = formatting::add_workloads(described, std::move(answer));
    delivered += count.added;
    return count.total;
  });
  context.out() << formatting::json_text(described, {.indent = 2, .sort_keys = true}) << '\n';
}

formatting::Table trial_table(const model::Trial& trial) {
  return {formatting::trial_description_columns(), {formatting::trial_description_row(trial)}};
}

formatting::Table workload_table(const Options& options, const std::string& id, client::Master& master) {
  const auto detail =
      options.metrics ? formatting::WorkloadDetail::training_metrics : formatting::WorkloadDetail::plain;
  formatting::Table table{formatting::workload_columns(detail), {}};
  int delivered = 0;
  each_page(options.paging, delivered, [&](const client::Paging& page) {
    return master.workloads(id, page, options.metrics, [&](const model::Workload& workload) {
      ++delivered;
      table.rows.push_back(formatting::workload_row(workload, detail));
      return true;
    });
  });
  return table;
}

void print_tables(const Options& options, const std::string& id, ListForm form, Context& context) {
  const auto trial = context.master({}).trial(id);
  auto workloads = workload_table(options, id, context.master({}));
  print_table(context, form, trial_table(trial));
  context.out() << "\nWorkloads:\n";
  print_table(context, form, std::move(workloads));
  if (!options.metrics_summary) return;
  context.out() << formatting::json_text(trial.summary_metrics, {.indent = 2, .sort_keys = true}) << '\n';
}

void run(const Options& options, Context& context) {
  const auto id = parse_id(options.trial, "trial", context.globals());
  const auto form = description_form(context, options.csv);
  naming("failed to describe trial " + id, [&] {
    form == ListForm::json ? print_document(options, id, context) : print_tables(options, id, form, context);
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("trial_id", options->trial, "trial to describe").completes(Completion::trial);
  arguments.flag("--metrics-summary", options->metrics_summary, "display summary of metrics");
  arguments.flag("--metrics", options->metrics, "display full metrics, such as batch metrics");
  arguments.flag("--csv", options->csv, "print as CSV");
  add_paging(arguments, options->paging);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command trial_describe{"trial describe",
                                              "",
                                              "describe trial",
                                              "det trial describe 16\n"
                                              "det t describe 16 --metrics --csv\n"
                                              "det t describe 16 --json --limit 100 --pages 1",
                                              attach,
                                              Asks::master};

}  // namespace det::commands
