#include "storage/copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::uint64_t between_checks = std::uint64_t{16} << 20U;
constexpr std::size_t buffer_size = std::size_t{256} << 10U;

// Blocks are never shared between these two file systems, so that asking again for the next file is idle.
bool never_cloned(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EXDEV || error_number == ENOTTY ||
         error_number == ENOSYS;
}

bool of_the_destination(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG || error_number == EROFS;
}

}  // namespace

Copier::Copier(Progress& progress, const http::Cancellation& cancellation)
    : progress_(progress), cancellation_(cancellation) {}

void Copier::copy(int source, StagedFile& file) {
  cancellation_.check();
  if (clone(source, file)) return;
  file.reserve();
  read_and_write(source, file, copy_in_kernel(source, file));
}

bool Copier::clone(int source, StagedFile& file) {
  if (!may_clone_ || file.size_bytes() == 0) return false;
  if (ioctl(file.descriptor(), FICLONE, source) != 0) {
    may_clone_ = !never_cloned(errno);
    return false;
  }
  file.wrote(file.size_bytes());
  progress_.advanced(file.size_bytes());
  return true;
}

// Copies inside the kernel as far as that goes, and returns how much is left: a file system that cannot, and
// a failure that does not say which side it came from, are left to reading and writing.
std::uint64_t Copier::copy_in_kernel(int source, StagedFile& file) {
  auto left = file.size_bytes();
  while (left > 0) {
    cancellation_.check();
    const auto copied =
        copy_file_range(source, nullptr, file.descriptor(), nullptr, std::min(left, between_checks), 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0 && of_the_destination(errno))
      throw local_disk_error("write " + printable(file.path()), errno);
    if (copied <= 0) break;
    const auto bytes = static_cast<std::uint64_t>(copied);
    left -= bytes;
    file.wrote(bytes);
    progress_.advanced(bytes);
  }
  return left;
}

void Copier::read_and_write(int source, StagedFile& file, std::uint64_t left) {
  std::vector<char> buffer(std::min<std::uint64_t>(left, buffer_size));
  while (left > 0) {
    cancellation_.check();
    const auto got = read(source, buffer.data(), std::min<std::uint64_t>(left, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(Failure::storage, reason(errno))
          .within(fmt::format("cannot read \"{}\"", printable(file.path())));
    }
    if (got == 0) return;  // finish() tells that it is too short
    const auto bytes = static_cast<std::size_t>(got);
    file.write({buffer.data(), bytes});
    progress_.advanced(bytes);
    left -= bytes;
  }
}

}  // namespace det::storage
