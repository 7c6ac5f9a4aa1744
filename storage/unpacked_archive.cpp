#include "storage/unpacked_archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "model/error.hpp"
#include "storage/beneath.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"
#include "storage/removal.hpp"

namespace det::storage {
namespace {

constexpr int open_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Error too_large(std::string_view what) {
  return Error(Failure::integrity, fmt::format("the archive is refused: it holds more than {}", what));
}

Pieces bounded(Pieces bytes, std::uint64_t limit) {
  return [bytes = std::move(bytes), limit, left = limit]() mutable {
    const auto piece = bytes();
    if (piece.size() > left) throw too_large(fmt::format("{} bytes", limit));
    left -= piece.size();
    return piece;
  };
}

Error cannot_write(const std::string& path, int error_number) {
  if (error_number == EEXIST)
    return Error(Failure::integrity, fmt::format("the archive holds \"{}\" twice", printable(path)));
  if (error_number == ENOTDIR) {
    return Error(Failure::integrity,
                 fmt::format("the archive holds \"{}\" in what is no folder", printable(path)));
  }
  return local_disk_error("write " + printable(path), error_number);
}

void write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw cannot_write(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// As much as fits into the buffer; less only at the end of the file. Absent: it cannot be read.
std::optional<std::string_view> read_block(int file, std::array<char, 65'536>& buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const auto got = ::read(file, buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return std::string_view(buffer.data(), filled);
}

bool same_file(int left_directory, int right_directory, const std::string& path) {
  const auto left = open_beneath(left_directory, path, O_RDONLY | O_NONBLOCK, Links::refused);
  const auto right = open_beneath(right_directory, path, O_RDONLY | O_NONBLOCK, Links::refused);
  struct stat facts {};
  if (!left || !right || ::fstat(right.number(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  std::array<char, 65'536> left_buffer{};
  std::array<char, 65'536> right_buffer{};
  while (true) {
    const auto left_block = read_block(left.number(), left_buffer);
    const auto right_block = read_block(right.number(), right_buffer);
    if (!left_block || !right_block || *left_block != *right_block) return false;
    if (left_block->empty()) return true;
  }
}

}  // namespace

UnpackedArchive::UnpackedArchive(const std::filesystem::path& target, Pieces tar, const ArchiveLimits& limits,
                                 const http::Cancellation& cancellation)
    : target_(target),
      parent_(::open((target.has_parent_path() ? target.parent_path() : ".").c_str(),
                     O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!parent_) throw local_disk_error("open " + printable(target.parent_path().native()), errno);
  make_directory();
  // Caught because no destructor runs for what is not constructed.
  try {
    TarReader archive(bounded(std::move(tar), limits.bytes));
    std::size_t made = 0;  // at most, with the folders that a name implies
    while (const auto entry = archive.next()) {
      cancellation.check();
      made += 1 + static_cast<std::size_t>(std::count(entry->path.begin(), entry->path.end(), '/'));
      if (made > limits.entries) throw too_large(fmt::format("{} entries", limits.entries));
      unpack(*entry, archive);
    }
  } catch (...) {
    remove_tree(parent_.number(), name_);
    throw;
  }
}

UnpackedArchive::~UnpackedArchive() {
  if (!name_.empty()) remove_tree(parent_.number(), name_);
}

void UnpackedArchive::make_directory() {
  constexpr int most_attempts = 100;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    name_ = fmt::format(".{}.{}-{}", target_.filename().native(), ::getpid(), attempt);
    if (::mkdirat(parent_.number(), name_.c_str(), 0777) == 0) break;
    if (errno != EEXIST || attempt + 1 == most_attempts)
      throw local_disk_error("make directory " + printable(std::exchange(name_, {})), errno);
  }
  directory_ = Descriptor(::openat(parent_.number(), name_.c_str(), open_directory));
  if (!directory_) throw local_disk_error("open " + printable(name_), errno);
}

// Whoever packs "." names its files "./a", and the directory itself.
void UnpackedArchive::unpack(TarEntry entry, TarReader& archive) {
  if (entry.path.starts_with("./")) entry.path.erase(0, 2);
  const bool is_directory_itself = entry.path.empty() || entry.path == ".";
  if (is_directory_itself && entry.kind == TarEntryKind::folder) return;
  require_relative(entry.path);
  if (entry.kind == TarEntryKind::folder) {
    make_folder(entry.path);
    folders_.push_back(entry.path);
    return;
  }
  if (const auto slash = entry.path.rfind('/'); slash != std::string::npos)
    make_folder(entry.path.substr(0, slash));
  write(entry, archive);
  files_.push_back(entry.path);
}

void UnpackedArchive::write(const TarEntry& entry, TarReader& archive) {
  const mode_t mode = entry.is_executable ? 0777 : 0666;
  const auto file =
      open_beneath(directory_.number(), entry.path, O_WRONLY | O_CREAT | O_EXCL, Links::refused, mode);
  if (!file) throw cannot_write(entry.path, errno);
  for (auto piece = archive.read(); !piece.empty(); piece = archive.read())
    write_all(file.number(), piece, entry.path);
}

void UnpackedArchive::make_folder(const std::string& path) const {
  if (!make_folders_beneath(directory_.number(), path)) throw cannot_write(path, errno);
}

bool UnpackedArchive::is_at_target() const {
  const Descriptor there(::openat(parent_.number(), target_.filename().c_str(), open_directory));
  if (!there) return false;
  for (const auto& path : folders_) {
    if (!open_beneath(there.number(), path, O_PATH | O_DIRECTORY, Links::refused)) return false;
  }
  for (const auto& path : files_) {
    if (!same_file(directory_.number(), there.number(), path)) return false;
  }
  return true;
}

void UnpackedArchive::put_in_place() {
  const auto place = target_.filename().native();
  if (::renameat(parent_.number(), name_.c_str(), parent_.number(), place.c_str()) == 0) {
    name_.clear();
    return;
  }
  if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
    throw local_disk_error("put the files in place as " + printable(target_.native()), errno);
  if (is_at_target()) return;
  throw Error(Failure::held, printable(target_.native()) + " holds something else");
}

}  // namespace det::storage
