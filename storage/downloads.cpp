#include "storage/downloads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "model/error.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

bool has_receipt(const fs::path& directory) {
  std::error_code unreadable;
  return fs::exists(fs::symlink_status(directory / receipt_name, unreadable));
}

bool is_own_directory(const fs::directory_entry& entry) {
  std::error_code gone;
  const bool hidden = entry.path().filename().native().starts_with('.');
  return !hidden && entry.symlink_status(gone).type() == fs::file_type::directory;
}

}  // namespace

Downloads find_downloads(const fs::path& path) {
  std::error_code failure;
  if (!fs::is_directory(path, failure)) {
    const bool absent = !fs::exists(path, failure) && !failure;
    throw Error(Failure::not_found, fmt::format("{} {}", printable(path.native()),
                                                absent ? "does not exist" : "is no directory"));
  }
  if (has_receipt(path)) return {{path}, 0};
  Downloads found;
  for (fs::directory_iterator entry(path, failure); !failure && entry != fs::directory_iterator();
       entry.increment(failure)) {
    if (!is_own_directory(*entry)) continue;
    if (has_receipt(entry->path())) {
      found.directories.push_back(entry->path());
    } else {
      ++found.others;
    }
  }
  if (failure) throw local_disk_error("read " + printable(path.native()), failure.value());
  std::sort(found.directories.begin(), found.directories.end());
  return found;
}

}  // namespace det::storage
