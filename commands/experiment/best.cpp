#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "commands/selection.hpp"
#include "formatting/checkpoint_table.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::vector<std::string> experiments;
  bool path = false;
  bool metric = false;
  SelectionOptions selection;
};

// The best of one experiment, with the source that it lies in.
struct Winner {
  std::unique_ptr<sources::Source> source;
  Chosen chosen;
};

Selection selection_of(const Reference& reference, const Options& options) {
  return {.query = {sources::Scope::experiment, reference.id},
          .of = "experiment " + reference.id,
          .one_of_several = options.experiments.size() > 1,
          .limit = 1};
}

Winner best_of(const Reference& reference, const Options& options, Context& context) {
  const bool alone = options.experiments.size() == 1;
  const auto selection = selection_of(reference, options);
  return naming("failed to find the best checkpoint of experiment " + reference.id, [&] {
    Winner winner{context.source(reference), {}};
    winner.chosen = choose(context, *winner.source, selection, options.selection);
    if (alone) require_enough(context, winner.chosen, selection, options.selection);
    return winner;
  });
}

// Values of different metrics cannot be compared. Experiments in which nothing is ranked do not take part.
void require_one_metric(const std::vector<Winner>& winners) {
  const model::Criterion* first = nullptr;
  for (const auto& winner : winners) {
    const auto& criterion = winner.chosen.criterion;
    if (winner.chosen.ranked.checkpoints.empty()) continue;
    if (first == nullptr) first = &criterion;
    if (criterion.metric == first->metric && criterion.smaller_is_better == first->smaller_is_better)
      continue;
    throw Error(Failure::usage,
                fmt::format("the experiments are not ranked by the same metric and direction: '{}' and "
                            "'{}'",
                            first->metric, criterion.metric))
        .advising("--sort-by METRIC --smaller-is-better true");
  }
}

// A metric that some experiments lack is that of the others; one that all lack is a slip.
void require_metric_somewhere(const std::vector<Winner>& winners, const Options& options) {
  const auto has_it = [](const Winner& winner) { return winner.chosen.ranked.metric_seen; };
  if (!options.selection.sort_by || std::any_of(winners.begin(), winners.end(), has_it)) return;
  throw Error(Failure::nothing_selected, fmt::format("no checkpoint of these experiments has the metric '{}'",
                                                     *options.selection.sort_by));
}

bool is_better(const Chosen& chosen, const Chosen& best) {
  const auto& one = chosen.ranked.checkpoints.front();
  const auto& other = best.ranked.checkpoints.front();
  return model::ranks_before(one, other, chosen.criterion);
}

const Winner& best_of_all(const std::vector<Winner>& winners, const Options& options) {
  require_one_metric(winners);
  require_metric_somewhere(winners, options);
  const Winner* best = nullptr;
  for (const auto& winner : winners) {
    if (winner.chosen.ranked.checkpoints.empty()) continue;
    if (best == nullptr) {
      best = &winner;
      continue;
    }
    if (is_better(winner.chosen, best->chosen)) best = &winner;
  }
  if (best == nullptr)
    throw Error(Failure::nothing_selected, "none of the experiments has a checkpoint to choose");
  return *best;
}

std::string answer(const Options& options, const Winner& winner) {
  const auto& [checkpoint, value] = winner.chosen.ranked.checkpoints.front();
  if (options.metric) return formatting::float_text(*value);
  if (!options.path) return formatting::terminal_safe(checkpoint.id);
  const auto location = winner.source->location(checkpoint);
  if (location) return formatting::terminal_safe(location->string());
  throw Error(Failure::storage,
              fmt::format("the files of checkpoint {} do not lie on this machine", checkpoint.id))
      .advising("det checkpoint download " + checkpoint.id);
}

void run(const Options& options, Context& context) {
  if (options.path && options.metric) throw Error(Failure::usage, "--path does not go with --metric");
  std::vector<Reference> references;
  for (const auto& text : options.experiments)
    references.push_back(parse_reference(text, "experiment", context.globals()));
  std::vector<Winner> winners;
  for (const auto& reference : references) winners.push_back(best_of(reference, options, context));
  const auto& winner = best_of_all(winners, options);
  if (context.globals().json) {
    const auto& checkpoint = winner.chosen.ranked.checkpoints.front().checkpoint;
    context.out() << formatting::json_text(formatting::checkpoint_json(checkpoint)) << '\n';
  } else {
    context.out() << answer(options, winner) << '\n';
  }
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiments, "experiments among whose checkpoints to choose")
      .completes(Completion::experiment);
  arguments.flag("--path", options->path, "print where its files lie on this machine, instead of its UUID");
  arguments.flag("--metric", options->metric, "print its metric, instead of its UUID");
  add_sorting(arguments, options->selection);
  arguments.flag("--explain", options->selection.explain, "say of each checkpoint that is not ranked why");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_best{"experiment best",
                                               "",
                                               "print the best checkpoint of experiments",
                                               "det experiment best 12\n"
                                               "det e best 12 14 --sort-by loss --smaller-is-better true\n"
                                               "det e best 12 --metric",
                                               attach,
                                               Asks::master};

}  // namespace det::commands
