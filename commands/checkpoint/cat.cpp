#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/near_matches.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "storage/file_reader.hpp"
#include "storage/route.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string uuid;
  std::string file;
};

// Names that are near as they stand, or in their last part.
std::vector<std::string> near_names(const std::string& typed, const model::Checkpoint& checkpoint) {
  std::vector<std::string> names;
  const auto last_part = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  for (const auto& file : checkpoint.files) {
    if (!file.path.ends_with('/') && last_part(file.path) == last_part(typed)) names.push_back(file.path);
  }
  if (names.empty()) {
    std::vector<std::string> known;
    for (const auto& file : checkpoint.files) {
      if (!file.path.ends_with('/')) known.push_back(file.path);
    }
    names = near_matches(typed, known);
  }
  if (names.size() > 3) names.resize(3);
  return names;
}

Error unlisted(const Options& options, const model::Checkpoint& checkpoint) {
  const auto near = near_names(options.file, checkpoint);
  const auto advice = near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, ", "));
  return Error(Failure::not_found,
               fmt::format("checkpoint {} has no file '{}'{}", options.uuid, options.file, advice))
      .advising(fmt::format("det checkpoint describe {} --files", options.uuid));
}

const model::CheckpointFile& listed_file(const Options& options, const model::Checkpoint& checkpoint) {
  const auto found = std::find_if(checkpoint.files.begin(), checkpoint.files.end(), [&](const auto& file) {
    return file.path == options.file && !file.path.ends_with('/');
  });
  if (found == checkpoint.files.end()) throw unlisted(options, checkpoint);
  return *found;
}

// What was written cannot be taken back, so that only a way that gave nothing can be followed by another.
void write_out(const model::CheckpointFile& file,
               const std::vector<std::unique_ptr<storage::FileReader>>& ways, Context& context) {
  bool begun = false;
  const storage::ByteSink out = [&](std::string_view piece) {
    begun = true;
    context.out().write(piece.data(), static_cast<std::streamsize>(piece.size()));
    return true;
  };
  for (const auto& way : ways) {
    try {
      return way->read(file, out);
    } catch (const Error& error) {
      if (begun || !storage::another_way_may_help(error.failure)) throw;
      if (way == ways.back()) throw;
      context.err() << formatting::terminal_safe(
                           fmt::format("by {}: {}; another way is tried", way->description(), error.message))
                    << '\n';
    }
  }
}

void run(const Options& options, Context& context) {
  const auto source = context.source({});
  naming(fmt::format("failed to read a file of checkpoint {}", options.uuid), [&] {
    const auto checkpoint = source->checkpoint(options.uuid);
    if (checkpoint.state == model::CheckpointState::deleted)
      throw Error(Failure::not_found, "it is DELETED, and its files with it");
    const auto& file = listed_file(options, checkpoint);
    write_out(file, source->readers(checkpoint), context);
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("uuid", options->uuid, "checkpoint that has the file")
      .completes(Completion::checkpoint);
  arguments.positional("file", options->file, "the file's path in the checkpoint")
      .completes(Completion::checkpoint_file);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_cat{
    "checkpoint cat",
    "",
    "write one file of a checkpoint to stdout",
    "det checkpoint cat 46985143-af68-4d48-ab91-a6447052ca49 metadata.json\n"
    "det c cat 46985143-af68-4d48-ab91-a6447052ca49 code/model_def.py > model_def.py\n"
    "det --source dir:checkpoints c cat 46985143-af68-4d48-ab91-a6447052ca49 metadata.json",
    attach,
    Asks::master};

}  // namespace det::commands
