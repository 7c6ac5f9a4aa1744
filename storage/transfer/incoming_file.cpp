#include "storage/transfer/incoming_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;

}  // namespace

int IncomingFile::descriptor() {
  const std::lock_guard lock(mutex_);
  if (failure_) throw Error(*failure_);
  if (file_) return file_.number();
  try {
    file_ = staging_.open_pieces(wanted_.path, wanted_.size_bytes, opening_);
    opening_ = Opening::again;
    return file_.number();
  } catch (const Error& error) {
    failure_ = error;
    throw;
  }
}

void IncomingFile::write(std::string_view bytes, std::uint64_t offset) {
  const int file = descriptor();
  while (!bytes.empty()) {
    const auto written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw local_disk_error("write " + printable(wanted_.path), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void IncomingFile::read(ByteRange range, const ByteSink& sink) {
  const int file = descriptor();
  std::string piece(std::min<std::uint64_t>(piece_bytes, range.length), '\0');
  while (range.length > 0) {
    const auto wanted = std::min<std::uint64_t>(piece.size(), range.length);
    const auto got = pread(file, piece.data(), wanted, static_cast<off_t>(range.offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw local_disk_error("read " + printable(wanted_.path), errno);
    const auto length = static_cast<std::size_t>(got);
    if (length == 0 || !sink(std::string_view(piece).substr(0, length))) return;
    range.offset += length;
    range.length -= length;
  }
}

void IncomingFile::close() {
  const std::lock_guard lock(mutex_);
  file_ = Descriptor();
}

}  // namespace det::storage
