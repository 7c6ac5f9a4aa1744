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

bool cloned(int source, StagedFile& file, Progress& progress) {
  if (file.size_bytes() == 0 || ioctl(file.descriptor(), FICLONE, source) != 0) return false;
  file.wrote(file.size_bytes());
  progress.advanced(file.size_bytes());
  return true;
}

bool of_the_destination(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG || error_number == EROFS;
}

// Copies inside the kernel as far as that goes, and returns how much is left: a file system that cannot, and
// a failure that does not say which side it came from, are left to reading and writing.
std::uint64_t copy_in_kernel(int source, StagedFile& file, Progress& progress,
                             const http::Cancellation& cancellation) {
  auto left = file.size_bytes();
  while (left > 0) {
    cancellation.check();
    const auto copied =
        copy_file_range(source, nullptr, file.descriptor(), nullptr, std::min(left, between_checks), 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0 && of_the_destination(errno))
      throw local_disk_error("write " + printable(file.path()), errno);
    if (copied <= 0) break;
    const auto bytes = static_cast<std::uint64_t>(copied);
    left -= bytes;
    file.wrote(bytes);
    progress.advanced(bytes);
  }
  return left;
}

void read_and_write(int source, StagedFile& file, std::uint64_t left, Progress& progress,
                    const http::Cancellation& cancellation) {
  std::vector<char> buffer(std::min<std::uint64_t>(left, buffer_size));
  while (left > 0) {
    cancellation.check();
    const auto got = read(source, buffer.data(), std::min<std::uint64_t>(left, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(Failure::storage, reason(errno))
          .within(fmt::format("cannot read \"{}\"", printable(file.path())));
    }
    if (got == 0) return;  // finish() tells that it is too short
    const auto bytes = static_cast<std::size_t>(got);
    file.write({buffer.data(), bytes});
    progress.advanced(bytes);
    left -= bytes;
  }
}

}  // namespace

void copy_contents(int source, StagedFile& file, Progress& progress, const http::Cancellation& cancellation) {
  cancellation.check();
  if (cloned(source, file, progress)) return;
  file.reserve();
  const auto left = copy_in_kernel(source, file, progress, cancellation);
  read_and_write(source, file, left, progress, cancellation);
}

}  // namespace det::storage
