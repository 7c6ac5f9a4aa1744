#pragma once

#include <filesystem>
#include <vector>

namespace det::storage {

// Where a checkpoint will stand and where it is staged meanwhile, on the same file system.
struct Place {
  std::filesystem::path target;   // absolute; a link that named it is resolved
  std::filesystem::path staging;  // beside the target, hidden; inside it where it cannot be replaced
  // The target can be put there by one rename. Otherwise (a mount point, the current directory, a parent that
  // may not be written) staging lies inside the target and entries are moved one by one.
  bool renamed_whole = true;
};

// Looks only. Throws Error{local_disk} when no directory can be there: the target is a file, a link to
// nothing, or below a file.
Place place_for(const std::filesystem::path& target);

// Throws Error{local_disk} when this user may not write there, or the file system is read-only.
void require_writable(const Place& place);

// The folders on the way to a place, made when they are missing. Those that it made and that are still empty
// go with it.
class MadeFolders {
 public:
  // Throws Error{local_disk}.
  explicit MadeFolders(const std::filesystem::path& folder);
  ~MadeFolders();
  MadeFolders(const MadeFolders&) = delete;
  MadeFolders& operator=(const MadeFolders&) = delete;

 private:
  std::vector<std::filesystem::path> made_;  // outermost first
};

// Whether `target` is the root of a mounted file system.
bool is_mount_point(const std::filesystem::path& target);

}  // namespace det::storage
