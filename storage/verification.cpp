#include "storage/verification.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "storage/beneath.hpp"
#include "storage/file_list.hpp"
#include "storage/local_disk.hpp"
#include "storage/relative_path.hpp"
#include "storage/shown.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

// What the bytes of a file must be.
struct Expected {
  std::string path;  // on disk
  std::uint64_t size_bytes = 0;
  std::vector<Digest> digests;
  std::optional<Digest> stated;
};

std::string cannot_be_read(int error_number) {
  return "cannot be read: " + reason(error_number);
}

class Comparison {
 public:
  Comparison(int directory, Progress& progress, const http::Cancellation& cancellation)
      : directory_(directory), progress_(progress), cancellation_(cancellation), piece_(piece_bytes, '\0') {}

  // What is wrong with it; absent: nothing.
  std::optional<std::string> fault_of(const Expected& expected) {
    cancellation_.check();
    // O_NONBLOCK: a fifo in the place of a file would block.
    const auto file =
        open_beneath(directory_, expected.path, O_RDONLY | O_NONBLOCK | O_NOCTTY, Links::refused);
    if (!file) return why_unopened(errno);
    struct stat facts {};
    if (fstat(file.number(), &facts) != 0) return cannot_be_read(errno);
    if (!S_ISREG(facts.st_mode)) return "is no regular file";
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    if (size != expected.size_bytes)
      return fmt::format("has {} bytes, the receipt says {}", size, expected.size_bytes);
    return expected.digests.empty() && !expected.stated ? std::nullopt : fault_of_bytes(file, expected);
  }

 private:
  static std::string why_unopened(int error_number) {
    if (error_number == ENOENT || error_number == ENOTDIR) return "is missing";
    if (error_number == ELOOP) return "is a link, or lies behind one";
    return cannot_be_read(error_number);
  }

  std::optional<std::string> fault_of_bytes(const Descriptor& file, const Expected& expected) {
    std::vector<DigestKind> kinds;
    for (const auto& digest : expected.digests) kinds.push_back(digest.kind);
    if (expected.stated) kinds.push_back(expected.stated->kind);
    Hasher hasher(kinds);
    for (;;) {
      cancellation_.check();
      const auto got = read(file.number(), piece_.data(), piece_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return cannot_be_read(errno);
      if (got == 0) break;
      hasher.add({piece_.data(), static_cast<std::size_t>(got)});
      progress_.advanced(static_cast<std::uint64_t>(got));
    }
    const auto found = hasher.finish();
    for (std::size_t i = 0; i < expected.digests.size(); ++i) {
      if (found[i] != expected.digests[i])
        return fmt::format("has another {} than the receipt says", digest_name(found[i].kind));
    }
    if (!expected.stated || found.back() == *expected.stated) return std::nullopt;
    return fmt::format("has another {} than its storage says", digest_name(found.back().kind));
  }

  int directory_;
  Progress& progress_;
  const http::Cancellation& cancellation_;
  std::string piece_;
};

// Everything below the directory that is neither a folder nor among `known`. What cannot be looked into is
// passed over.
std::vector<std::string> others(const fs::path& directory, const std::unordered_set<std::string>& known) {
  std::vector<std::string> found;
  std::error_code unreadable;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied,
                                         unreadable);
  for (; !unreadable && entry != fs::recursive_directory_iterator(); entry.increment(unreadable)) {
    const auto path = entry->path().lexically_relative(directory).native();
    if (path == partial_name) entry.disable_recursion_pending();
    std::error_code gone;
    const auto type = entry->symlink_status(gone).type();
    if (type == fs::file_type::directory || known.contains(path)) continue;
    found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

// While the files of a receipt that have digests are read.
Shown reading(Progress& progress, const Receipt& receipt) {
  std::uint64_t bytes = 0;
  for (const auto& file : receipt.files) {
    if (!file.proof.digests.empty()) bytes = saturating_sum(bytes, file.size_bytes);
  }
  return {progress, receipt.checkpoint_id, receipt.files.size(), bytes};
}

}  // namespace

Verification verify(const fs::path& directory, const Receipt& receipt, const StatedDigests& stated,
                    Progress& progress, const http::Cancellation& cancellation) {
  const Descriptor opened(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) throw local_disk_error("open " + printable(directory.native()), errno);
  const auto shown = reading(progress, receipt);
  Comparison comparison(opened.number(), progress, cancellation);
  std::unordered_set<std::string> known{std::string(receipt_name)};
  Verification result;
  const auto compare = [&](const ReceiptFile& file) {
    const auto found = stated.find(file.path);
    const Expected expected{stored_path(file.path), file.size_bytes, file.proof.digests,
                            found == stated.end() ? std::nullopt : std::optional(found->second)};
    known.insert(expected.path);
    const auto fault = comparison.fault_of(expected);
    progress.file_done();
    if (fault) result.faults.push_back({file.path, *fault});
    return !fault && (expected.stated || !expected.digests.empty());
  };
  for (const auto& file : receipt.files) {
    ++result.files;
    result.bytes = saturating_sum(result.bytes, file.size_bytes);
    if (compare(file)) ++result.hashed;
  }
  if (receipt.metadata_file) compare(*receipt.metadata_file);
  if (receipt.sums_file) compare(*receipt.sums_file);
  result.extra = others(directory, known);
  return result;
}

std::vector<Fault> differences(const Receipt& receipt, const std::vector<model::CheckpointFile>& listed) {
  std::unordered_map<std::string, std::uint64_t> sizes;
  for (const auto& file : listed) {
    if (!file.path.ends_with('/')) sizes.emplace(file.path, file.size_bytes);
  }
  TransferOptions limits;
  if (receipt.selection) {
    limits.include = receipt.selection->include;
    limits.exclude = receipt.selection->exclude;
  }
  std::vector<Fault> found;
  std::unordered_set<std::string> known;
  for (const auto& file : receipt.files) {
    known.insert(file.path);
    const auto there = sizes.find(file.path);
    if (there == sizes.end()) {
      found.push_back({file.path, "is not on the list of its source any more"});
    } else if (there->second != file.size_bytes) {
      found.push_back({file.path, fmt::format("has {} bytes by the list of its source, {} by the receipt",
                                              there->second, file.size_bytes)});
    }
  }
  for (const auto& file : listed) {
    if (file.path.ends_with('/') || known.contains(file.path)) continue;
    if (!is_wanted(file.path, limits)) continue;
    found.push_back({file.path, "is on the list of its source and not in the receipt"});
  }
  return found;
}

}  // namespace det::storage
