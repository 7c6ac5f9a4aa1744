#include "storage/copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "storage/local_disk.hpp"
#include "storage/prover.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::uint64_t between_checks = std::uint64_t{16} << 20U;

// The two file systems cannot do it, so that asking again for the next file is idle.
bool never_works(int error_number) {
  return error_number == EOPNOTSUPP || error_number == EXDEV || error_number == ENOTTY ||
         error_number == ENOSYS || error_number == EINVAL;
}

bool of_the_destination(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG || error_number == EROFS;
}

std::int64_t copy_range(int source, int destination, std::size_t bytes) {
  return copy_file_range(source, nullptr, destination, nullptr, bytes, 0);
}

// Also between file systems.
std::int64_t send(int source, int destination, std::size_t bytes) {
  return sendfile(destination, source, nullptr, bytes);
}

}  // namespace

Copier::Copier(const Staging& staging, Progress& progress, const http::Cancellation& cancellation)
    : staging_(staging),
      progress_(progress),
      cancellation_(cancellation),
      digests_(wanted_digests(staging.options())) {}

FileProof Copier::copy(int source, StagedFile& file) {
  cancellation_.check();
  if (clone(source, file)) return {.cloned = true};
  // Setting the space of each file aside as well would cost more here than it tells.
  if (!std::exchange(space_checked_, true)) staging_.require_space();
  auto left = file.size_bytes();
  if (digests_.empty()) {
    left = copy_by(copy_range, may_copy_ranges_, source, file, left);
    left = copy_by(send, may_send_, source, file, left);
  }
  return {.digests = read_and_write(source, file, left)};
}

bool Copier::clone(int source, StagedFile& file) {
  if (!may_clone_ || file.size_bytes() == 0) return false;
  if (ioctl(file.descriptor(), FICLONE, source) != 0) {
    // EINVAL is about this one file.
    may_clone_ = errno == EINVAL || !never_works(errno);
    return false;
  }
  file.wrote(file.size_bytes());
  progress_.advanced(file.size_bytes());
  return true;
}

// Copies inside the kernel as far as that goes, and returns how much is left: a file system that cannot, and
// a failure that does not say which side it came from, are left to the next way.
std::uint64_t Copier::copy_by(KernelCopy step, bool& usable, int source, StagedFile& file,
                              std::uint64_t left) {
  while (usable && left > 0) {
    cancellation_.check();
    const auto copied = step(source, file.descriptor(), std::min(left, between_checks));
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0 && of_the_destination(errno))
      throw local_disk_error("write " + printable(file.path()), errno);
    if (copied < 0) usable = !never_works(errno);
    if (copied <= 0) break;
    const auto bytes = static_cast<std::uint64_t>(copied);
    left -= bytes;
    file.wrote(bytes);
    progress_.advanced(bytes);
  }
  return left;
}

std::vector<Digest> Copier::read_and_write(int source, StagedFile& file, std::uint64_t left) {
  Hasher hasher(digests_);
  while (left > 0) {
    cancellation_.check();
    const auto got = read(source, buffer_.data(), std::min<std::uint64_t>(left, PageBuffer::size_bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(Failure::storage, reason(errno))
          .within(fmt::format("cannot read \"{}\"", printable(file.path())));
    }
    if (got == 0) break;  // finish() tells that it is too short
    const std::string_view piece(buffer_.data(), static_cast<std::size_t>(got));
    hasher.add(piece);
    file.write(piece);
    progress_.advanced(piece.size());
    left -= piece.size();
  }
  return hasher.finish();
}

}  // namespace det::storage
