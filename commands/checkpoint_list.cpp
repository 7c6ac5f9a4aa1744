#include "commands/checkpoint_list.hpp"

#include <set>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/list_output.hpp"
#include "commands/naming.hpp"
#include "commands/own_experiments.hpp"
#include "formatting/checkpoint_table.hpp"
#include "formatting/column_choice.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

// Writes checkpoints in the form and with the columns that the line asks for.
class CheckpointOutput {
 public:
  CheckpointOutput(Context& context, const CheckpointListOptions& options)
      : choice_(options.columns ? formatting::column_choice(*options.columns) : formatting::ColumnChoice{}),
        list_(context, list_form(context, options.csv),
              options.columns ? formatting::chosen_columns(choice_) : formatting::checkpoint_columns()) {}

  void add(const model::Checkpoint& checkpoint) {
    if (list_.wants_json()) {
      list_.add(formatting::checkpoint_json(checkpoint));
    } else {
      list_.add(choice_.empty() ? formatting::checkpoint_row(checkpoint)
                                : formatting::chosen_row(checkpoint, choice_));
    }
  }
  void finish() { list_.finish(); }

 private:
  formatting::ColumnChoice choice_;
  ListOutput list_;
};

bool is_ranked(const CheckpointListOptions& options) {
  return options.best.value_or(0) > 0 || options.selection.sort_by || options.selection.smaller_is_better;
}

void list_by_time(sources::Source& source, const sources::Query& query, CheckpointOutput& output) {
  source.checkpoints(query, [&](const model::Checkpoint& checkpoint) {
    output.add(checkpoint);
    return true;
  });
}

void list_ranked(Context& context, sources::Source& source, const sources::Query& query,
                 const CheckpointListOptions& options, CheckpointOutput& output) {
  const Selection selection{
      .query = query,
      .of = (query.scope == sources::Scope::trial ? "trial " : "experiment ") + query.id,
      .limit = static_cast<std::size_t>(options.best.value_or(0))};
  auto asked = options.selection;
  asked.keep_excluded = options.all_states;
  std::vector<model::Checkpoint> all;
  const auto chosen = choose(context, source, selection, asked, [&](const model::Checkpoint& checkpoint) {
    if (options.all_states) all.push_back(checkpoint);
  });
  require_metric(chosen, selection, asked);
  for (const auto& [checkpoint, value] : chosen.ranked.checkpoints) output.add(checkpoint);
  std::set<std::string> unranked;
  for (const auto& excluded : chosen.ranked.excluded) unranked.insert(excluded.id);
  for (const auto& checkpoint : all) {
    if (unranked.contains(checkpoint.id)) output.add(checkpoint);
  }
}

}  // namespace

void add_checkpoint_list(Arguments& arguments, CheckpointListOptions& options) {
  arguments
      .option("--best", options.best, "N",
              "only the N best by the searcher metric, or by --sort-by; 0 for all")
      .at_least(0);
  arguments.flag("--csv", options.csv, "print as CSV");
  add_sorting(arguments, options.selection);
  arguments.flag("--explain", options.selection.explain, "say of each checkpoint that is not ranked why");
  arguments.flag("--all-states", options.all_states,
                 "let those that cannot be ranked follow the ranked ones");
  arguments
      .option(
          "--columns", options.columns, "A,B,...",
          "columns of the table or CSV: trial, batches, state, metric, uuid, resources, size, experiment, "
          "reported, files, bytes, metric:NAME, hparam:NAME, metadata:KEY")
      .completes(Completion::nothing);
}

void list_checkpoints(Context& context, sources::Source& source, const sources::Query& query,
                      const CheckpointListOptions& options) {
  CheckpointOutput output(context, options);
  if (is_ranked(options)) {
    list_ranked(context, source, query, options, output);
  } else {
    list_by_time(source, query, output);
  }
  output.finish();
}

void list_own_checkpoints(Context& context, sources::Source& source, const CheckpointListOptions& options) {
  if (is_ranked(options)) {
    throw Error(Failure::usage,
                "checkpoints are ranked within an experiment or a trial: one of them must be named");
  }
  auto with_experiment = options;
  if (!options.columns) with_experiment.columns = "experiment,trial,batches,state,metric,uuid,resources,size";
  CheckpointOutput output(context, with_experiment);
  each_own_experiment(context, [&](const std::string& id) {
    naming("failed to list checkpoints of experiment " + id, [&] {
      list_by_time(source, {sources::Scope::experiment, id}, output);
    });
  });
  output.finish();
}

}  // namespace det::commands
