#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commands/arguments.hpp"
#include "commands/change_output.hpp"
#include "commands/checkpoint_removal.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"
#include "storage/glob.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string uuids;
  std::vector<std::string> globs;
  bool yes = false;
};

constexpr std::string_view question =
    "All files matching specified globs will be deleted in all checkpoints provided\n"
    "in checkpoint storage. Do you still want to proceed?";

bool has_part(std::string_view glob, std::string_view part) {
  const auto padded = fmt::format("/{}/", glob);
  return padded.find(fmt::format("/{}/", part)) != std::string::npos;
}

// A master refuses an empty one and one with "..". It takes the others for more than they seem to say: it
// drops blanks at the ends and a slash in front, and "." and "**/" are the checkpoint itself.
std::string complaint(const std::string& glob) {
  const auto refused = [&](std::string_view what) {
    return fmt::format("it takes a glob without {}, not '{}'", what, glob);
  };
  if (glob.empty()) return "it takes a glob, not an empty text";
  if (glob.find("..") != std::string::npos) return refused("'..'");
  if (std::isspace(static_cast<unsigned char>(glob.front())) != 0 ||
      std::isspace(static_cast<unsigned char>(glob.back())) != 0)
    return refused("blanks at its ends");
  if (glob.starts_with('/') || glob.find("//") != std::string::npos) return refused("an empty part");
  if (has_part(glob, ".")) return refused("a part '.'");
  return glob.ends_with("**/") ? refused("'**/' at its end") : "";
}

// Whether the file goes with what the glob fits: itself, or a folder that it lies in. A glob that ends in '/'
// fits folders only.
bool takes(std::string_view glob, std::string_view path) {
  const bool folders_only = glob.ends_with('/');
  if (folders_only) glob.remove_suffix(1);
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (storage::glob_matches(glob, path.substr(0, slash))) return true;
  }
  return !folders_only && storage::glob_matches(glob, path);
}

void require_consent(const Options& options, const std::vector<std::string>& uuids, Context& context) {
  const auto any_takes = [&](std::string_view path) {
    return std::any_of(options.globs.begin(), options.globs.end(),
                       [&](const auto& glob) { return takes(glob, path); });
  };
  require_removal_consent(
      context,
      {.uuids = uuids, .takes = any_takes, .question = question, .declined = "declined; no file is removed"});
}

std::string done(const Options& options) {
  if (!options.globs.empty())
    return fmt::format("Removal of files from checkpoints {} is in progress.", options.uuids);
  return fmt::format("No glob patterns provided, refreshing resources of checkpoints {} is in progress.",
                     options.uuids);
}

void run(const Options& options, Context& context) {
  const auto uuids = uuid_list(options.uuids);
  naming("failed to remove files from checkpoints", [&] {
    if (!options.yes && !options.globs.empty()) require_consent(options, uuids, context);
    context.master({}).remove_checkpoint_files(uuids, options.globs);
  });
  print_change(context, done(options), {{"checkpoints", uuids}, {"globs", options.globs}});
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .positional("checkpoints_uuids", options->uuids, "checkpoints to remove files from, divided by commas")
      .completes(Completion::checkpoint);
  arguments
      .option("--glob", options->globs, "GLOB",
              "files to remove; without any, none goes, and the list of files is renewed from storage")
      .one_word_each()
      .check(complaint)
      .completes(Completion::checkpoint_file);
  arguments.flag("--yes", options->yes, "do not ask for a confirmation");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command checkpoint_rm{
    "checkpoint rm",
    "",
    "remove files from checkpoints",
    "det checkpoint rm 46985143-af68-4d48-ab91-a6447052ca49 --glob 'optimizer/**' --glob '*.tmp'\n"
    "det c rm 46985143-af68-4d48-ab91-a6447052ca49,fca3e11f-4d58-4b94-ba3a-cc9cbca52383 --glob '*.pt' --yes\n"
    "det c rm 46985143-af68-4d48-ab91-a6447052ca49",
    attach,
    Asks::master};

}  // namespace det::commands
