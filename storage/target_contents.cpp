#include "storage/target_contents.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "model/error.hpp"
#include "storage/beneath.hpp"
#include "storage/file_selection.hpp"
#include "storage/local_disk.hpp"
#include "storage/metadata_file.hpp"
#include "storage/relative_path.hpp"
#include "storage/sha256sums.hpp"
#include "storage/small_file.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_sums = std::size_t{256} << 20U;

// The list, or what stands in for one that says nothing.
FileList expected_files(const FileList& list, const std::optional<Receipt>& receipt,
                        const FinishedFiles& earlier) {
  if (list.known()) return list;
  std::vector<model::CheckpointFile> files;
  if (receipt) {
    for (const auto& file : receipt->files) files.push_back({file.path, file.size_bytes});
  } else {
    for (const auto& [path, size] : earlier) files.push_back({path, size});
  }
  return FileList(files);
}

bool same(const std::optional<ReceiptFile>& found, const ReceiptFile& recorded) {
  return found && found->size_bytes == recorded.size_bytes && found->modified_ns == recorded.modified_ns;
}

bool is_folder(int directory, const std::string& path) {
  return static_cast<bool>(open_beneath(directory, path, O_PATH | O_DIRECTORY, Links::refused));
}

bool folders_present(int directory, const FileList& expected, const TransferOptions& options) {
  return std::all_of(expected.folders().begin(), expected.folders().end(), [&](const auto& folder) {
    return !is_wanted(folder, options) || is_folder(directory, stored_path(folder));
  });
}

// A payload's own det-receipt.json lies there by another name.
std::string listed_name(const std::string& path, const FileList& expected) {
  const auto kept = stored_path(receipt_name);
  if (path.compare(0, kept.size(), kept) != 0) return path;
  const auto listed = std::string(receipt_name) + path.substr(kept.size());
  return expected.size_of(listed) || expected.has_folder(listed) ? listed : path;
}

// Whose SHA256SUMS it is that is no file of the checkpoint's.
Sums sums_in(int directory, const FileList& expected, const std::optional<Receipt>& receipt) {
  const std::string name(sums_name);
  const auto found = file_at(directory, name);
  if (!found || expected.size_of(name)) return Sums::absent;
  if (receipt && receipt->sums_file && same(found, *receipt->sums_file)) return Sums::current;
  const auto text = small_file(directory, name, largest_sums);
  const auto names = text ? names_in_sums(*text) : std::nullopt;
  const bool ours = names && std::all_of(names->begin(), names->end(), [&](const auto& one) {
                      return expected.size_of(listed_name(one, expected)).has_value();
                    });
  return ours ? Sums::outdated : Sums::foreign;
}

std::unordered_set<std::string_view> paths_of(const std::vector<ReceiptFile>& files) {
  std::unordered_set<std::string_view> paths;
  for (const auto& file : files) paths.insert(file.path);
  return paths;
}

// Whether what is wanted can be told from the receipt alone, where the source has no list.
bool tells_what_is_wanted(const Receipt& receipt, const TransferOptions& options) {
  return !receipt.selection || *receipt.selection == selection_of(options);
}

bool has_sums(const TargetContents& contents, const TransferOptions& options) {
  return contents.sums == Sums::current &&
         std::all_of(contents.present.begin(), contents.present.end(), [&](const auto& file) {
           return !is_wanted(file.path, options) || digest_in(file.proof, DigestKind::sha256) != nullptr;
         });
}

bool all_present(const FileList& all, const TargetContents& contents, const TransferOptions& options) {
  const auto present = paths_of(contents.present);
  return std::all_of(all.files().begin(), all.files().end(), [&](const auto& file) {
    return present.contains(file.path) || !is_wanted(file.path, options);
  });
}

bool is_complete(int directory, const FileList& all, const TargetContents& contents,
                 const TransferOptions& options) {
  return contents.all_present && folders_present(directory, all, options) &&
         (contents.metadata_found || !needs_metadata_file(all)) &&
         (!options.sha256 || has_sums(contents, options));
}

void compare_with_receipt(int directory, const FileList& expected, TargetContents& contents) {
  std::unordered_map<std::string_view, const ReceiptFile*> recorded;
  for (const auto& file : contents.receipt->files) recorded.emplace(file.path, &file);
  for (const auto& file : expected.files()) {
    const auto known = recorded.find(file.path);
    if (known == recorded.end() || known->second->size_bytes != file.size_bytes) continue;
    if (same(file_at(directory, stored_path(file.path)), *known->second))
      contents.present.push_back(*known->second);
  }
  const auto& written = contents.receipt->metadata_file;
  const auto metadata = file_at(directory, metadata_name);
  contents.metadata_found =
      needs_metadata_file(expected) && metadata && (!written || same(metadata, *written));
}

std::optional<ReceiptFile> described(const std::string& path, const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) return std::nullopt;
  const auto modified_ns = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
  return ReceiptFile{path, static_cast<std::uint64_t>(facts.st_size), modified_ns};
}

// Invalid: there is no such directory.
Descriptor open_target(const Place& place) {
  Descriptor directory(open(place.target.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory && errno != ENOENT)
    throw local_disk_error("read " + printable(place.target.native()), errno);
  return directory;
}

// Finds the files of the checkpoint in a target without receipt.
class Survey {
 public:
  Survey(const Place& place, const FileList& expected, int directory)
      : place_(place), expected_(expected), directory_(directory) {}

  // Returns why the target is somebody else's; absent when it is not.
  std::optional<Error> walk(TargetContents& contents) const {
    std::error_code failure;
    fs::recursive_directory_iterator entry(place_.target, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
      const auto path = entry->path().lexically_relative(place_.target).native();
      if (is_ours(path, contents) || is_of_the_disk(path)) {
        entry.disable_recursion_pending();
      } else if (auto foreign = judge(path, contents)) {
        return foreign;
      }
    }
    if (failure) throw local_disk_error("read " + printable(place_.target.native()), failure.value());
    return std::nullopt;
  }

 private:
  bool is_ours(const std::string& path, const TargetContents& contents) const {
    return path == receipt_name || (!place_.renamed_whole && path == partial_name) ||
           (path == sums_name && contents.sums == Sums::outdated);
  }

  bool is_of_the_disk(const std::string& path) const {
    return path == "lost+found" && is_mount_point(place_.target);
  }

  std::optional<Error> judge(const std::string& path, TargetContents& contents) const {
    if (auto found = file_at(directory_, path)) return judge_file(std::move(*found), contents);
    if (is_folder(directory_, path) && expected_.has_folder(listed_name(path, expected_)))
      return std::nullopt;
    return foreign(path, "is no part of the checkpoint");
  }

  std::optional<Error> judge_file(ReceiptFile found, TargetContents& contents) const {
    auto name = listed_name(found.path, expected_);
    const auto size = expected_.size_of(name);
    if (!size && found.path == metadata_name && needs_metadata_file(expected_)) {
      contents.metadata_found = true;
    } else if (!size) {
      return foreign(found.path, "is no part of the checkpoint");
    } else if (*size != found.size_bytes) {
      return foreign(found.path,
                     fmt::format("has {} bytes, the checkpoint's has {}", found.size_bytes, *size));
    } else {
      found.path = std::move(name);
      contents.present.push_back(std::move(found));
    }
    return std::nullopt;
  }

  Error foreign(std::string_view path, std::string_view why) const {
    return Error(Failure::held, fmt::format("{} holds something else: \"{}\" {}",
                                            printable(place_.target.native()), printable(path), why))
        .advising("the same command with --force");
  }

  const Place& place_;
  const FileList& expected_;
  int directory_;
};

}  // namespace

std::optional<ReceiptFile> file_at(int directory, const std::string& path) {
  const auto file = open_beneath(directory, path, O_PATH, Links::refused);
  struct stat facts {};
  if (!file || fstat(file.number(), &facts) != 0) return std::nullopt;
  return described(path, facts);
}

std::optional<ReceiptFile> own_file_at(int directory, const std::string& path) {
  struct stat facts {};
  if (fstatat(directory, path.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return described(path, facts);
}

TargetContents contents_of(const Place& place, const Expected& expected, const FinishedFiles& earlier) {
  TargetContents contents;
  const auto directory = open_target(place);
  if (!directory) return contents;
  contents.receipt = read_receipt(place.target);
  if (contents.receipt && contents.receipt->checkpoint_id != expected.checkpoint_id) {
    if (expected.options.force) return {};
    throw Error(Failure::held, fmt::format("{} holds checkpoint {}", printable(place.target.native()),
                                           printable(contents.receipt->checkpoint_id)))
        .advising("the same command with --force");
  }
  const auto all = expected_files(expected.list, contents.receipt, earlier);
  contents.sums = sums_in(directory.number(), all, contents.receipt);
  if (contents.receipt) {
    compare_with_receipt(directory.number(), all, contents);
    contents.all_present =
        (expected.list.known() || tells_what_is_wanted(*contents.receipt, expected.options)) &&
        all_present(all, contents, expected.options);
    contents.complete = is_complete(directory.number(), all, contents, expected.options);
  } else if (const auto foreign = Survey(place, all, directory.number()).walk(contents)) {
    if (!expected.options.force) throw *foreign;
    return {};
  }
  return contents;
}

void rehash(const Place& place, const TransferOptions& options, Prover& prover, TargetContents& contents) {
  const auto directory = open_target(place);
  if (!directory) return;
  const auto kinds = wanted_digests(options);
  std::size_t completed = 0;
  const auto dropped = std::erase_if(contents.present, [&](auto& file) {
    const auto known = file.proof.digests.size();
    if (!prover.still_fits(directory.number(), stored_path(file.path), kinds, file.proof)) return true;
    if (file.proof.digests.size() != known) ++completed;
    return false;
  });
  if (dropped > 0) contents.all_present = false;
  if (dropped + completed > 0) contents.complete = false;
}

void compare(const Place& place, const TransferOptions& options, const StatedDigests& stated, Prover& prover,
             TargetContents& contents) {
  const auto directory = open_target(place);
  if (!directory) return;
  std::size_t checked = 0;
  const auto dropped = std::erase_if(contents.present, [&](auto& file) {
    const auto digest = stated.find(file.path);
    if (digest == stated.end() || file.proof.checked) return false;
    auto kinds = wanted_digests(options);
    kinds.push_back(digest->second.kind);
    prover.complete(directory.number(), stored_path(file.path), kinds, file.proof);
    if (*digest_in(file.proof, digest->second.kind) != digest->second) return true;
    file.proof.checked = digest->second.kind;
    ++checked;
    return false;
  });
  if (dropped > 0) contents.all_present = false;
  if (dropped + checked > 0) contents.complete = false;
}

}  // namespace det::storage
