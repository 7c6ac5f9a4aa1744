#include "commands/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ostream>

#include "commands/arguments.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

constexpr std::size_t most_metrics_named = 20;

Error unknown_direction(const std::string& metric) {
  return Error(Failure::usage,
               fmt::format("--sort-by {0} needs a direction: add '--smaller-is-better true' or "
                           "'--smaller-is-better false'",
                           metric))
      .advising(fmt::format(
          "--sort-by {0} --smaller-is-better true   (a loss), or   --sort-by {0} --smaller-is-better "
          "false   (an accuracy)",
          metric));
}

model::Searcher searcher_of(sources::Source& source, const model::Checkpoint& checkpoint,
                            const Selection& selection) {
  if (checkpoint.configuration) return checkpoint.configuration->searcher;
  const auto id =
      selection.query.scope == sources::Scope::experiment ? selection.query.id : checkpoint.experiment_id;
  const auto experiment = source.experiment(id);
  if (experiment.configuration) return experiment.configuration->searcher;
  throw Error(Failure::master, fmt::format("experiment {} has no searcher metric to rank by", id))
      .advising("--sort-by METRIC --smaller-is-better true");
}

// The criterion, once a first checkpoint is there to name the searcher.
class Resolver {
 public:
  Resolver(sources::Source& source, const Selection& selection, const SelectionOptions& options)
      : source_(source), selection_(selection), options_(options) {
    if (options.smaller_is_better && !options.sort_by) {
      throw Error(Failure::usage, "--smaller-is-better goes with --sort-by METRIC");
    }
  }

  model::Criterion criterion(const model::Checkpoint& first) {
    model::Criterion criterion{.order = selection_.order,
                               .metric = options_.sort_by.value_or(""),
                               .limit = selection_.limit,
                               .limit_a_trial = selection_.limit_a_trial,
                               .with_excluded = options_.explain || options_.keep_excluded};
    if (selection_.order == model::Order::latest) return criterion;
    if (options_.smaller_is_better) {
      criterion.smaller_is_better = parse_boolean(*options_.smaller_is_better);
      return criterion;
    }
    const auto searcher = searcher_of(source_, first, selection_);
    if (options_.sort_by && *options_.sort_by != searcher.metric) throw unknown_direction(*options_.sort_by);
    criterion.metric = searcher.metric;
    criterion.smaller_is_better = searcher.smaller_is_better;
    return criterion;
  }

 private:
  sources::Source& source_;
  const Selection& selection_;
  const SelectionOptions& options_;
};

void note_metrics(const model::Checkpoint& checkpoint, std::set<std::string>& names) {
  if (names.size() >= most_metrics_named || !checkpoint.validation_metrics.is_object()) return;
  const auto averages = checkpoint.validation_metrics.find("avgMetrics");
  if (averages == checkpoint.validation_metrics.end() || !averages->is_object()) return;
  for (const auto& [name, value] : averages->items()) {
    if (model::validation_metric(checkpoint, name)) names.insert(name);
  }
}

Error unknown_metric(const std::string& metric, const std::string& of, const std::set<std::string>& known) {
  const auto others = known.empty() ? "it has no validation metrics with numbers"
                                    : fmt::format("it has {}", fmt::join(known, ", "));
  return {Failure::nothing_selected,
          fmt::format("no checkpoint of {} has the metric '{}': {}", of, metric, others)};
}

void report_exclusions(Context& context, const Chosen& chosen, const Selection& selection,
                       const SelectionOptions& options) {
  const auto say = [&](const std::string& line) {
    context.err() << formatting::terminal_safe(selection.one_of_several ? selection.of + ": " + line : line)
                  << '\n';
  };
  for (const auto& one : chosen.ranked.excluded) {
    if (!options.explain) break;
    say(fmt::format("not ranked: {}: {}", one.id, model::explanation(one, chosen.criterion)));
  }
  const auto summary = model::exclusion_summary(chosen.ranked, chosen.criterion);
  if (!summary.empty()) say(summary);
}

// Says what there is too little of; a failure under --strict.
void fall_short(Context& context, const SelectionOptions& options, const std::string& sentence) {
  if (options.strict) throw Error(Failure::nothing_selected, sentence);
  context.err() << formatting::terminal_safe(sentence) << '\n';
}

}  // namespace

void add_sorting(Arguments& arguments, SelectionOptions& options) {
  arguments
      .option("--sort-by", options.sort_by, "METRIC",
              "validation metric to rank by (default: the searcher metric)")
      .completes(Completion::metric);
  arguments.option("--smaller-is-better", options.smaller_is_better, "(true|false)", "direction of --sort-by")
      .offers({"true", "false"});
}

void add_reporting(Arguments& arguments, SelectionOptions& options) {
  arguments.flag("--explain", options.explain, "say of each checkpoint that is left out why");
  arguments.flag("--strict", options.strict, "fail (6) when there are fewer than asked for");
}

bool parse_boolean(const std::string& text) {
  constexpr std::array yes{"true", "t", "yes", "y", "on", "1"};
  constexpr std::array no{"false", "f", "no", "n", "off", "0"};
  auto word = text;
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  if (std::find(yes.begin(), yes.end(), word) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), word) != no.end()) return false;
  throw Error(Failure::usage, fmt::format("--smaller-is-better takes true or false, not '{}'", text));
}

Chosen choose(Context& context, sources::Source& source, const Selection& selection,
              const SelectionOptions& options, const std::function<void(const model::Checkpoint&)>& each) {
  if (options.smaller_is_better) parse_boolean(*options.smaller_is_better);  // before the network is used
  Resolver resolver(source, selection, options);
  Chosen chosen;
  std::optional<model::Ranking> ranking;
  source.checkpoints(selection.query, [&](const model::Checkpoint& checkpoint) {
    if (!ranking) {
      chosen.criterion = resolver.criterion(checkpoint);
      ranking.emplace(chosen.criterion);
    }
    ranking->add(checkpoint);
    note_metrics(checkpoint, chosen.metrics);
    if (each) each(checkpoint);
    return true;
  });
  if (ranking) chosen.ranked = ranking->finish();
  if (!options.sort_by || chosen.ranked.metric_seen) report_exclusions(context, chosen, selection, options);
  return chosen;
}

void require_metric(const Chosen& chosen, const Selection& selection, const SelectionOptions& options) {
  if (options.sort_by && !chosen.ranked.metric_seen)
    throw unknown_metric(*options.sort_by, selection.of, chosen.metrics);
}

void require_enough(Context& context, const Chosen& chosen, const Selection& selection,
                    const SelectionOptions& options) {
  require_metric(chosen, selection, options);
  const auto found = chosen.ranked.checkpoints.size();
  if (found == 0) {
    throw Error(Failure::nothing_selected, fmt::format("{} has no checkpoint to choose", selection.of))
        .advising("add --explain to see why each was left out");
  }
  if (found < selection.limit) {
    fall_short(context, options,
               fmt::format("{} has {} checkpoints to choose, not {}", selection.of, found, selection.limit));
  }
  for (const auto& [trial, eligible] : chosen.ranked.short_trials) {
    fall_short(context, options,
               fmt::format("trial {} has {} checkpoints to choose, not {}", trial, eligible,
                           selection.limit_a_trial));
  }
}

}  // namespace det::commands
