#include "commands/download.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <istream>
#include <memory>

#include "commands/naming.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::vector<std::string> uuids;
  std::optional<std::string> output_dir;
  DownloadOptions download;
};

bool is_number(const std::string& word) {
  return !word.empty() && word.size() < 16 &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// "-" stands for the words on stdin.
std::vector<std::string> expanded(const std::vector<std::string>& uuids, Context& context) {
  std::vector<std::string> words;
  for (const auto& uuid : uuids) {
    if (uuid != "-") {
      words.push_back(uuid);
      continue;
    }
    std::string word;
    while (context.in() >> word) words.push_back(word);
  }
  return words;
}

// The old form: TRIAL STEP.
model::Checkpoint at_step(sources::Source& source, const std::string& trial, const std::string& step) {
  const auto wanted_step = std::stoll(step);
  std::optional<model::Checkpoint> found;
  source.checkpoints({sources::Scope::trial, parse_id(trial, "trial")},
                     [&](const model::Checkpoint& checkpoint) {
                       if (checkpoint.steps_completed == wanted_step) found = checkpoint;
                       return !found;
                     });
  if (!found)
    throw Error(Failure::not_found, fmt::format("trial {} has no checkpoint at step {}", trial, step));
  return *found;
}

std::vector<model::Checkpoint> named(const std::vector<std::string>& words, sources::Source& source) {
  if (words.size() == 2 && is_number(words[0]) && is_number(words[1]))
    return {at_step(source, words[0], words[1])};
  std::vector<model::Checkpoint> checkpoints;
  checkpoints.reserve(words.size());
  for (const auto& uuid : words) checkpoints.push_back(source.checkpoint(uuid));
  return checkpoints;
}

void run(const Options& options, Context& context) {
  const auto words = expanded(options.uuids, context);
  const auto source = context.source({});
  const auto checkpoints = naming("failed to download checkpoint", [&] { return named(words, *source); });
  std::vector<Wanted> wanted;
  for (const auto& checkpoint : checkpoints) {
    const bool straight = options.output_dir && checkpoints.size() == 1;
    wanted.push_back({checkpoint,
                      straight ? std::filesystem::path(*options.output_dir)
                               : folder_for(options.output_dir.value_or("checkpoints"), checkpoint.id),
                      {}});
  }
  download(context, *source, wanted, options.download);
}

Action attach(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("uuid", options->uuids, "checkpoints to download; - reads them from stdin; or TRIAL STEP")
      ->required()
      ->type_name("");
  app.add_option(
         "-o,--output-dir", options->output_dir,
         "directory for the checkpoint's files (default: checkpoints/UUID); for several: DIR/UUID each")
      ->type_name("DIR");
  add_download(app, options->download);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_download{
    "checkpoint download", "", "download checkpoint from persistent storage",
    "det checkpoint download 46985143-af68-4d48-ab91-a6447052ca49\n"
    "det c download 46985143-af68-4d48-ab91-a6447052ca49 -o model -q --mode master\n"
    "det e best 12 | det c download - -o best",
    attach};

}  // namespace det::commands
