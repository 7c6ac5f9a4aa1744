#include "commands/download.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/arguments.hpp"
#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string trial;
  bool best = false;
  bool latest = false;
  std::optional<std::string> uuid;
  std::optional<std::string> output_dir;
  SelectionOptions selection;
  DownloadOptions download;
};

void refuse_contradictions(const Options& options) {
  const int ways = (options.best ? 1 : 0) + (options.latest ? 1 : 0) + (options.uuid ? 1 : 0);
  if (ways != 1) throw Error(Failure::usage, "exactly one of --best, --latest and --uuid is needed");
  const bool sorts = options.selection.sort_by || options.selection.smaller_is_better;
  if (sorts && !options.best) throw Error(Failure::usage, "--sort-by and --smaller-is-better go with --best");
}

Wanted by_uuid(const Options& options, const std::string& trial, sources::Source& source) {
  auto checkpoint = source.checkpoint(*options.uuid);
  if (checkpoint.trial_id != trial) {
    const auto owner = checkpoint.trial_id.empty() ? "of no trial" : "of trial " + checkpoint.trial_id;
    throw Error(Failure::not_found, fmt::format("checkpoint {} is {}", *options.uuid, owner));
  }
  return {.checkpoint = std::move(checkpoint), .target = {}, .choice = {}};
}

Wanted by_rank(const Options& options, const std::string& trial, sources::Source& source, Context& context) {
  const Selection selection{.query = {sources::Scope::trial, trial},
                            .of = "trial " + trial,
                            .order = options.latest ? model::Order::latest : model::Order::best,
                            .limit = 1};
  const auto chosen = choose(context, source, selection, options.selection);
  require_enough(context, chosen, selection, options.selection);
  return {.checkpoint = chosen.ranked.checkpoints.front().checkpoint,
          .target = {},
          .choice = choice_of(chosen, 0)};
}

void run(const Options& options, Context& context) {
  refuse_contradictions(options);
  const auto reference = parse_reference(options.trial, "trial", context.globals());
  const auto source = context.source(reference);
  auto wanted = naming("failed to download a checkpoint of trial " + reference.id, [&] {
    return options.uuid ? by_uuid(options, reference.id, *source)
                        : by_rank(options, reference.id, *source, context);
  });
  wanted.target = options.output_dir ? std::filesystem::path(*options.output_dir)
                                     : folder_for("checkpoints", wanted.checkpoint.id);
  download(context, *source, {wanted}, options.download);
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("trial_id", options->trial, "trial whose checkpoint to download")
      .completes(Completion::trial);
  arguments.flag("--best", options->best, "the checkpoint with the best validation metric");
  arguments.flag("--latest", options->latest, "the most recent checkpoint");
  arguments.option("--uuid", options->uuid, "UUID", "the checkpoint with this UUID")
      .completes(Completion::checkpoint);
  arguments
      .option("-o,--output-dir", options->output_dir, "DIR",
              "directory for the checkpoint's files (default: checkpoints/UUID)")
      .completes(Completion::directory);
  add_sorting(arguments, options->selection);
  add_reporting(arguments, options->selection);
  add_download(arguments, options->download);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command trial_download{
    "trial download",
    "",
    "download checkpoint for a trial",
    "det trial download 16 --best\n"
    "det t download 16 --latest -o latest -q\n"
    "det t download 16 --best --sort-by accuracy --smaller-is-better false",
    attach,
    Asks::master};

}  // namespace det::commands
