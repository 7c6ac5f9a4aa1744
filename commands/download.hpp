#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands/context.hpp"
#include "commands/selection.hpp"
#include "model/checkpoint.hpp"
#include "model/error.hpp"
#include "sources/source.hpp"
#include "storage/download.hpp"

namespace det::commands {

class Arguments;

// The flags of every command that downloads.
struct DownloadOptions {
  std::string mode = "auto";
  bool quiet = false;
  bool dry_run = false;
  std::vector<std::string> include = {};
  std::vector<std::string> exclude = {};
  std::optional<std::string> link = {};  // a name beside the directory of the best
  std::string verify = "full";
  bool sha256 = false;
  bool force = false;
  bool no_sync = false;
  std::optional<int> jobs = {};
  std::optional<std::uint64_t> bytes_a_second = {};  // 0: no limit
};

void add_download(Arguments& arguments, DownloadOptions& options);

// One checkpoint to fetch, and where to.
struct Wanted {
  model::Checkpoint checkpoint;
  std::filesystem::path target;
  storage::Choice choice;
};

// One that was named and cannot be fetched, and why.
struct Lost {
  std::string id;
  Error error;
};

// "DIR/UUID": the id as one folder name below `directory`, '/' in it as '_'. Throws Error{integrity} for an
// id that is no safe name.
std::filesystem::path folder_for(const std::string& directory, const std::string& id);

// What was chosen, each to its own folder below `directory`.
std::vector<Wanted> below(const std::string& directory, const Chosen& chosen);

// What a receipt says of why the checkpoint at `place` (0 is the best) was chosen.
storage::Choice choice_of(const Chosen& chosen, std::size_t place);

// Fetches two at a time and prints each, in their order, once it is there: its path and table, or only the
// path with -q; an array with --json; with --dry-run only what would be fetched. --link is set as soon as the
// one that it is to name is there; throws Error{usage} when several were named without a rank. A failed one
// does not stop the rest: its sentence is printed (with --json: it is an element of the array), as are those
// that were `lost` before, and at the end one Error is thrown: partial when some are there, otherwise the
// first one's. Stops at an interrupt.
void download(Context& context, sources::Source& source, const std::vector<Wanted>& wanted,
              const DownloadOptions& options, const std::vector<Lost>& lost = {});

}  // namespace det::commands
