#include "storage/place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <string_view>

#include "model/error.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 255;
constexpr std::size_t longest_hidden = 240;

Error unusable(const fs::path& target, std::string_view why) {
  return Error(Failure::local_disk,
               fmt::format("cannot download to {}: {}", printable(target.native()), why));
}

fs::path resolved(const fs::path& target) {
  if (target.empty()) throw unusable(target, "the path is empty");
  std::error_code failure;
  auto path = fs::absolute(target, failure);
  if (!failure) path = fs::weakly_canonical(path, failure);
  if (failure) throw unusable(target, reason(failure.value()));
  return path.has_filename() ? path : path.parent_path();  // "x/" is x
}

bool may_write(const fs::path& directory) {
  return faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

// The deepest existing part of a path of which the rest is still to be made.
fs::path existing_ancestor(fs::path path) {
  struct stat facts {};
  while (lstat(path.c_str(), &facts) != 0 && path.has_relative_path()) path = path.parent_path();
  return path;
}

void require_directory_above(const fs::path& target) {
  const auto ancestor = existing_ancestor(target.parent_path());
  struct stat facts {};
  if (stat(ancestor.c_str(), &facts) != 0) throw unusable(target, reason(errno));
  if (!S_ISDIR(facts.st_mode)) throw unusable(target, printable(ancestor.native()) + " is not a directory");
}

bool is_current_directory(const fs::path& target) {
  struct stat here {};
  struct stat there {};
  return stat(".", &here) == 0 && stat(target.c_str(), &there) == 0 && here.st_dev == there.st_dev &&
         here.st_ino == there.st_ino;
}

fs::path sibling_of(const fs::path& target) {
  auto name = target.filename().native();
  if (name.size() > longest_hidden) {
    name = fmt::format("{}-{:016x}", name.substr(0, longest_hidden / 2), std::hash<std::string>()(name));
  }
  return target.parent_path() / fmt::format(".{}.det-partial", name);
}

bool can_be_replaced(const fs::path& target) {
  return may_write(target.parent_path()) && !is_mount_point(target) && !is_current_directory(target);
}

}  // namespace

bool is_mount_point(const fs::path& target) {
  struct statx facts {};
  if (statx(AT_FDCWD, target.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &facts) != 0) return false;
  if ((facts.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0) {
    return (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  }
  struct stat parent {};
  const auto device = makedev(facts.stx_dev_major, facts.stx_dev_minor);
  return stat(target.parent_path().c_str(), &parent) == 0 && (parent.st_dev != device || target == "/");
}

MadeFolders::MadeFolders(const fs::path& folder) {
  struct stat facts {};
  for (auto path = folder; lstat(path.c_str(), &facts) != 0 && path.has_relative_path();) {
    made_.insert(made_.begin(), path);
    path = path.parent_path();
  }
  for (const auto& path : made_) {
    if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
      throw local_disk_error("make the folder " + printable(path.native()), errno);
    }
  }
}

MadeFolders::~MadeFolders() {
  for (auto path = made_.rbegin(); path != made_.rend(); ++path) rmdir(path->c_str());
}

Place place_for(const fs::path& target) {
  const auto path = resolved(target);
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) throw unusable(target, reason(errno));
    if (path.filename().native().size() > longest_name) throw unusable(target, reason(ENAMETOOLONG));
    require_directory_above(path);
    return {path, sibling_of(path), true};
  }
  if (S_ISLNK(facts.st_mode)) throw unusable(target, "it is a link to nothing");
  if (!S_ISDIR(facts.st_mode)) throw unusable(target, "it exists and is not a directory");
  if (can_be_replaced(path)) return {path, sibling_of(path), true};
  return {path, path / partial_name, false};
}

void require_writable(const Place& place) {
  const auto directory = existing_ancestor(place.target);
  if (may_write(directory)) return;
  const auto why = reason(errno);
  throw unusable(place.target,
                 directory == place.target ? why : why + " in " + printable(directory.native()));
}

}  // namespace det::storage
