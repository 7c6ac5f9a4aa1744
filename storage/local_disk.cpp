#include "storage/local_disk.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>

#include "storage/relative_path.hpp"

namespace det::storage {

std::string reason(int error_number) {
  switch (error_number) {
    case ENOSPC:
      return "the disk is full";
    case EDQUOT:
      return "the disk quota is used up";
    case EROFS:
      return "the file system is read-only";
    case EACCES:
    case EPERM:
      return "permission denied";
    case EMFILE:
    case ENFILE:
      return "too many open files";
    case EFBIG:
      return "the file is larger than the file system or the limit on file sizes allows";
    case ENAMETOOLONG:
      return "the name is too long for this file system";
    case ELOOP:
      return "a symbolic link is in the way";
    default:
      return std::generic_category().message(error_number);
  }
}

Error local_disk_error(std::string_view doing, int error_number) {
  return Error(Failure::local_disk, reason(error_number)).within(fmt::format("cannot {}", doing));
}

void require_free_space(const std::filesystem::path& directory, std::uint64_t bytes) {
  struct statvfs disk {};
  if (statvfs(directory.c_str(), &disk) != 0) return;  // then only writing can tell
  const auto free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  // Some network and memory file systems state no size at all.
  if (disk.f_blocks == 0 || free >= bytes) return;
  throw Error(Failure::local_disk,
              fmt::format("the disk is too full: {} bytes are needed in {} and {} are free", bytes,
                          printable(directory.native()), free));
}

}  // namespace det::storage
