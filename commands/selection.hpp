#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "commands/context.hpp"
#include "model/ranking.hpp"
#include "sources/source.hpp"

namespace det::commands {

class Arguments;

// How a line chooses among checkpoints.
struct SelectionOptions {
  std::optional<std::string> sort_by = {};            // a validation metric; absent: the searcher metric
  std::optional<std::string> smaller_is_better = {};  // as typed
  bool explain = false;
  bool strict = false;
  bool keep_excluded = false;  // Ranked::excluded is wanted, whether it is explained or not
};

// --sort-by and --smaller-is-better.
void add_sorting(Arguments& arguments, SelectionOptions& options);
// --explain and --strict.
void add_reporting(Arguments& arguments, SelectionOptions& options);

// true, false and the words that the official tool takes for them. Throws Error{usage}.
bool parse_boolean(const std::string& text);

struct Selection {
  sources::Query query;
  std::string of;               // "experiment 12": for messages
  bool one_of_several = false;  // remarks then name `of`
  model::Order order = model::Order::best;
  std::size_t limit = 0;          // 0: all
  std::size_t limit_a_trial = 0;  // 0: all
};

struct Chosen {
  model::Ranked ranked;
  std::set<std::string> metrics;  // some of the validation metrics with numbers that were met
  model::Criterion
      criterion;  // with the metric and direction that were used; metric empty where nothing came
};

// Reads the list once and ranks it on our side. The direction comes from the line, or from the experiment's
// searcher when the metric is the searcher metric. `each` (may be empty) sees every checkpoint as it comes.
// What was left out is said on stderr: counted, and with --explain one by one. Throws Error{usage} for a
// metric whose direction is not known (with both lines to copy in it).
Chosen choose(Context& context, sources::Source& source, const Selection& selection,
              const SelectionOptions& options,
              const std::function<void(const model::Checkpoint&)>& each = {});

// Throws Error{nothing_selected} when --sort-by names a metric that no checkpoint has.
void require_metric(const Chosen& chosen, const Selection& selection, const SelectionOptions& options);

// What a selection must hold: throws Error{nothing_selected} for a metric that no checkpoint has, when
// nothing was found, or too little (in all, or of a trial) under --strict; otherwise warns on stderr about
// too little.
void require_enough(Context& context, const Chosen& chosen, const Selection& selection,
                    const SelectionOptions& options);

}  // namespace det::commands
