#include "storage/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>

namespace det::storage {
namespace {

constexpr int on_the_way = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// Absent: the kernel, or a sandbox around it, has no openat2.
std::optional<Descriptor> open_by_kernel(int directory, const std::string& path, int flags, Links links,
                                         mode_t mode) {
  open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0U;
  how.resolve =
      RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (links == Links::refused ? RESOLVE_NO_SYMLINKS : 0U);
  for (;;) {
    const auto opened = syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (opened >= 0) return Descriptor(static_cast<int>(opened));
    // EAGAIN: something was renamed meanwhile, and the kernel could not tell whether the path stayed below.
    if (errno == EAGAIN || errno == EINTR) continue;
    // EPERM also comes from a directory that may not be written; the walk then meets it again.
    if (errno == ENOSYS || errno == EPERM) return std::nullopt;
    return Descriptor();
  }
}

}  // namespace

Descriptor open_part_by_part(int directory, std::string_view path, int flags, mode_t mode) {
  Descriptor folder;
  for (;;) {
    const int here = folder ? folder.number() : directory;
    const auto slash = path.find('/');
    const std::string part(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return Descriptor(openat(here, part.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode));
    }
    Descriptor next(openat(here, part.c_str(), on_the_way));
    if (!next) return next;
    folder = std::move(next);
    path.remove_prefix(slash + 1);
  }
}

Descriptor open_beneath(int directory, const std::string& path, int flags, Links links, mode_t mode) {
  auto opened = open_by_kernel(directory, path, flags, links, mode);
  return opened ? std::move(*opened) : open_part_by_part(directory, path, flags, mode);
}

bool make_folders_beneath(int directory, std::string_view path) {
  Descriptor folder;
  for (;;) {
    const int here = folder ? folder.number() : directory;
    const auto slash = path.find('/');
    const std::string part(path.substr(0, slash));
    if (mkdirat(here, part.c_str(), 0777) != 0 && errno != EEXIST) return false;
    Descriptor next(openat(here, part.c_str(), on_the_way));
    if (!next) return false;
    if (slash == std::string_view::npos) return true;
    folder = std::move(next);
    path.remove_prefix(slash + 1);
  }
}

}  // namespace det::storage
