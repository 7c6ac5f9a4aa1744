#include "storage/file_selection.hpp"

#include <algorithm>
#include <iterator>

#include "storage/glob.hpp"

namespace det::storage {
namespace {

bool any_matches(const std::vector<std::string>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) { return glob_matches(glob, path); });
}

}  // namespace

FileSelection selection_of(const TransferOptions& options) {
  return {options.include, options.exclude};
}

bool is_wanted(std::string_view path, const TransferOptions& options) {
  if (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return (options.include.empty() || any_matches(options.include, path)) &&
         !any_matches(options.exclude, path);
}

std::vector<model::CheckpointFile> wanted_of(const std::vector<model::CheckpointFile>& files,
                                             const TransferOptions& options) {
  std::vector<model::CheckpointFile> wanted;
  std::copy_if(files.begin(), files.end(), std::back_inserter(wanted),
               [&](const auto& file) { return is_wanted(file.path, options); });
  return wanted;
}

}  // namespace det::storage
