#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace det::storage {

// Checkpoint directories as downloads leave them.
struct Downloads {
  std::vector<std::filesystem::path> directories;  // with a det-receipt.json, sound or not; by name
  std::size_t others = 0;                          // directories among them that have none
};

// `path` itself where it holds a receipt, else what lies directly in it. Links in it are passed over, since
// they only name again what lies elsewhere, and so are hidden entries, where downloads are staged. Throws
// Error: not_found when there is no such directory, local_disk when it cannot be read.
Downloads find_downloads(const std::filesystem::path& path);

}  // namespace det::storage
