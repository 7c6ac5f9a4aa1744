#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/checkpoint.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

// The part of a checkpoint that is wanted, by globs over the paths that its source lists (storage/glob.hpp).
struct FileSelection {
  std::vector<std::string> include;  // empty: every file
  std::vector<std::string> exclude;

  bool operator==(const FileSelection&) const = default;

  // Whether it leaves nothing out, whatever the files.
  bool is_everything() const { return include.empty() && exclude.empty(); }
};

FileSelection selection_of(const TransferOptions& options);

// Whether the options leave in the file, or the folder, of that listed name; a '/' at its end does not count.
bool is_wanted(std::string_view path, const TransferOptions& options);

std::vector<model::CheckpointFile> wanted_of(const std::vector<model::CheckpointFile>& files,
                                             const TransferOptions& options);

}  // namespace det::storage
