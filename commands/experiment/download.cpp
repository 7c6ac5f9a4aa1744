#include "commands/download.hpp"

#include <memory>

#include "commands/arguments.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  std::string output_dir = "checkpoints";
  std::optional<int> top_n;
  std::optional<int> latest;
  std::optional<int> per_trial;
  SelectionOptions selection;
  DownloadOptions download;
};

void refuse_contradictions(const Options& options) {
  if (options.latest && (options.top_n || options.selection.sort_by || options.selection.smaller_is_better)) {
    throw Error(Failure::usage, "--latest does not go with --top-n, --sort-by or --smaller-is-better");
  }
}

// Without --top-n: the best one, or with --per-trial all that it lets through.
Selection selection(const Options& options, const std::string& id) {
  const int usual = options.per_trial ? 0 : 1;
  return {.query = {sources::Scope::experiment, id},
          .of = "experiment " + id,
          .order = options.latest ? model::Order::latest : model::Order::best,
          .limit = static_cast<std::size_t>(options.latest.value_or(options.top_n.value_or(usual))),
          .limit_a_trial = static_cast<std::size_t>(options.per_trial.value_or(0))};
}

void run(const Options& options, Context& context) {
  refuse_contradictions(options);
  const auto reference = parse_reference(options.experiment, "experiment", context.globals());
  const auto source = context.source(reference);
  const auto asked = selection(options, reference.id);
  const auto chosen = naming("failed to download checkpoints of experiment " + reference.id, [&] {
    auto found = choose(context, *source, asked, options.selection);
    require_enough(context, found, asked, options.selection);
    return found;
  });
  download(context, *source, below(options.output_dir, chosen), options.download);
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment whose checkpoints to download")
      .completes(Completion::experiment);
  arguments
      .option("-o,--output-dir", options->output_dir, "DIR",
              "top directory: checkpoints go to DIR/UUID (default: checkpoints)")
      .completes(Completion::directory);
  arguments.option("--top-n", options->top_n, "N", "how many of the best to download (default: 1); 0 for all")
      .at_least(0);
  arguments.option("--latest", options->latest, "N", "the N latest instead of the best").at_least(1);
  arguments.option("--per-trial", options->per_trial, "N", "at most N of each trial").at_least(1);
  add_sorting(arguments, options->selection);
  add_reporting(arguments, options->selection);
  add_download(arguments, options->download);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_download{
    "experiment download",
    "",
    "download checkpoints for an experiment",
    "det experiment download 12 --top-n 3\n"
    "det e download 12 --top-n 2 --sort-by accuracy --smaller-is-better false -o best\n"
    "det e download 12 --per-trial 1 --dry-run",
    attach,
    Asks::master};

}  // namespace det::commands
