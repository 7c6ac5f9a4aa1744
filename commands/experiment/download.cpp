#include "commands/download.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "commands/count.hpp"
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

Action attach(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("experiment_id", options->experiment, "experiment whose checkpoints to download")
      ->required()
      ->type_name("");
  app.add_option("-o,--output-dir", options->output_dir,
                 "top directory: checkpoints go to DIR/UUID (default: checkpoints)")
      ->type_name("DIR");
  require_at_least(
      0, app.add_option("--top-n", options->top_n, "how many of the best to download (default: 1); 0 for all")
             ->type_name("N"));
  require_at_least(
      1, app.add_option("--latest", options->latest, "the N latest instead of the best")->type_name("N"));
  require_at_least(
      1, app.add_option("--per-trial", options->per_trial, "at most N of each trial")->type_name("N"));
  add_sorting(app, options->selection);
  add_reporting(app, options->selection);
  add_download(app, options->download);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_download{
    "experiment download", "", "download checkpoints for an experiment",
    "det experiment download 12 --top-n 3\n"
    "det e download 12 --top-n 2 --sort-by accuracy --smaller-is-better false -o best\n"
    "det e download 12 --per-trial 1 --dry-run",
    attach};

}  // namespace det::commands
