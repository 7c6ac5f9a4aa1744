#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/metadata_change.hpp"
#include "commands/near_matches.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string uuid;
  std::vector<std::string> keys;
};

Error unknown(const std::string& key, const model::Json& metadata) {
  std::vector<std::string> known;
  for (const auto& [name, value] : metadata.items()) known.push_back(name);
  const auto near = near_matches(key, known);
  return Error(Failure::not_found,
               fmt::format("its metadata has no '{}'{}", key,
                           near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, ", "))));
}

void remove_keys(const std::vector<std::string>& keys, model::Json& metadata) {
  for (const auto& key : keys) {
    if (!metadata.contains(key)) throw unknown(key, metadata);
  }
  for (const auto& key : keys) metadata.erase(key);
}

void run(const Options& options, Context& context) {
  const auto change = [&](model::Json& metadata) { remove_keys(options.keys, metadata); };
  change_metadata(context, {.uuid = options.uuid,
                            .change = change,
                            .done = "Removed",
                            .keys = fmt::format("{}", fmt::join(options.keys, ", "))});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("uuid", options->uuid, "checkpoint whose metadata to change")
      .completes(Completion::checkpoint);
  arguments.positional("key", options->keys, "top-level keys to remove, with all that they hold")
      .completes(Completion::nothing);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_remove_metadata{
    "checkpoint remove-metadata",
    "",
    "remove keys from a checkpoint's metadata",
    "det checkpoint remove-metadata 46985143-af68-4d48-ab91-a6447052ca49 stage reviewed",
    attach,
    Asks::master};

}  // namespace det::commands
