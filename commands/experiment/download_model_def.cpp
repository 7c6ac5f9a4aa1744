#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "commands/arguments.hpp"
#include "commands/naming.hpp"
#include "commands/new_files.hpp"
#include "commands/reference.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"
#include "storage/base64.hpp"
#include "storage/local_disk.hpp"
#include "storage/unpacked_archive.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string experiment;
  std::string output_directory = ".";
};

// The official client packs at most 95 MiB of files.
constexpr storage::ArchiveLimits limits{.bytes = std::uint64_t{256} << 20, .entries = 100'000};

std::string decoded(const std::string& packed) {
  if (packed.empty()) throw Error(Failure::not_found, "it has no model definition");
  auto bytes = storage::from_base64(packed);
  if (!bytes) throw Error(Failure::master, "the master's answer is not valid: b64Tgz is not base64");
  return std::move(*bytes);
}

storage::Pieces once(std::string_view bytes) {
  return [bytes]() mutable { return std::exchange(bytes, {}); };
}

// The archive comes under its official name, in the place of one that is there, and what is in it into a
// directory of that name: both, or neither where the archive is refused. A directory that holds something
// else is left as it is.
void download(const std::string& id, const std::string& bytes, const Options& options, Context& context) {
  const std::filesystem::path folder = options.output_directory;
  const auto name = "experiment_" + id + "_model_def";
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw storage::local_disk_error("make directory " + folder.native(), failure.value());
  storage::UnpackedArchive files(folder / name, storage::gunzip(once(bytes)), limits, context.cancellation());
  write_files(folder, {{name + ".tgz", bytes}});
  const auto shown = formatting::terminal_safe((folder / name).native());
  // Caught because the archive is what was asked for.
  try {
    files.put_in_place();
    context.err() << "unpacked into " << shown << '\n';
  } catch (const Error& error) {
    if (error.failure != Failure::held) throw;
    context.err() << "not unpacked: " << shown << " holds something else, and was left as it is\n";
  }
}

void run(const Options& options, Context& context) {
  const auto reference = parse_reference(options.experiment, "experiment", context.globals());
  if (options.output_directory.empty())
    throw Error(Failure::usage, "--output-dir needs the name of a directory");
  auto& master = context.master(reference);
  naming("failed to download the model definition of experiment " + reference.id,
         [&] { download(reference.id, decoded(master.model_definition(reference.id)), options, context); });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("experiment_id", options->experiment, "experiment whose files to download")
      .completes(Completion::experiment);
  arguments.option("--output-dir", options->output_directory, "DIR", "output directory (default: this one)")
      .completes(Completion::directory);
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command experiment_download_model_def{
    "experiment download-model-def",
    "",
    "download model definition",
    "det experiment download-model-def 12\n"
    "det e download-model-def 12 --output-dir code && ls code/experiment_12_model_def",
    attach,
    Asks::master};

}  // namespace det::commands
