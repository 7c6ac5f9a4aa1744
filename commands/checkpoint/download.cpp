#include "commands/download.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <istream>
#include <memory>
#include <utility>

#include "commands/arguments.hpp"
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

// Among checkpoints of the same step: one that can be downloaded before one that cannot, then the newest.
bool preferred(const model::Checkpoint& one, const model::Checkpoint& other) {
  const auto rank = [](const model::Checkpoint& checkpoint) {
    if (checkpoint.state == model::CheckpointState::completed) return 2;
    return checkpoint.state == model::CheckpointState::partially_deleted ? 1 : 0;
  };
  return std::pair(rank(one), one.reported) > std::pair(rank(other), other.reported);
}

// The old form: TRIAL STEP.
model::Checkpoint at_step(sources::Source& source, const std::string& trial, const std::string& step) {
  const auto wanted_step = std::stoll(step);
  std::optional<model::Checkpoint> found;
  source.checkpoints({sources::Scope::trial, trial}, [&](const model::Checkpoint& checkpoint) {
    if (checkpoint.steps_completed != wanted_step) return true;
    if (!found || preferred(checkpoint, *found)) found = checkpoint;
    return true;
  });
  if (!found)
    throw Error(Failure::not_found, fmt::format("trial {} has no checkpoint at step {}", trial, step));
  return *found;
}

// What the words name: what was found, and what was not.
struct Named {
  std::vector<model::Checkpoint> checkpoints;
  std::vector<Lost> lost;
};

// A failure that concerns one word only.
bool is_about_one(const Error& error) {
  return error.failure == Failure::not_found || error.failure == Failure::master;
}

Named named(const std::vector<std::string>& words, sources::Source& source, const Globals& globals) {
  if (words.size() == 2 && is_number(words[0]) && is_number(words[1]))
    return {{at_step(source, parse_id(words[0], "trial", globals), words[1])}, {}};
  Named found;
  for (const auto& uuid : words) {
    try {
      found.checkpoints.push_back(source.checkpoint(uuid));
    } catch (const Error& error) {
      if (words.size() == 1 || !is_about_one(error)) throw;
      found.lost.push_back({uuid, error.within("failed to download checkpoint " + uuid)});
    }
  }
  return found;
}

void run(const Options& options, Context& context) {
  const auto words = expanded(options.uuids, context);
  if (words.empty()) throw Error(Failure::nothing_selected, "no checkpoint was named on stdin");
  const auto source = context.source({});
  const auto found =
      naming("failed to download checkpoint", [&] { return named(words, *source, context.globals()); });
  const bool alone = found.checkpoints.size() + found.lost.size() == 1;
  std::vector<Wanted> wanted;
  for (const auto& checkpoint : found.checkpoints) {
    wanted.push_back({checkpoint,
                      options.output_dir && alone
                          ? std::filesystem::path(*options.output_dir)
                          : folder_for(options.output_dir.value_or("checkpoints"), checkpoint.id),
                      {}});
  }
  download(context, *source, wanted, options.download, found.lost);
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .positional("uuid", options->uuids, "checkpoints to download; - reads them from stdin; or TRIAL STEP")
      .completes(Completion::checkpoint);
  arguments
      .option("-o,--output-dir", options->output_dir, "DIR",
              "directory for the checkpoint's files (default: checkpoints/UUID); for several: DIR/UUID each")
      .completes(Completion::directory);
  add_download(arguments, options->download);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_download{
    "checkpoint download",
    "",
    "download checkpoint from persistent storage",
    "det checkpoint download 46985143-af68-4d48-ab91-a6447052ca49\n"
    "det c download 46985143-af68-4d48-ab91-a6447052ca49 -o model -q --mode master\n"
    "det e best 12 | det c download - -o best",
    attach,
    Asks::master};

}  // namespace det::commands
