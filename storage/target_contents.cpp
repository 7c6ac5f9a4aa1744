#include "storage/target_contents.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <unordered_map>
#include <utility>

#include "model/error.hpp"
#include "storage/beneath.hpp"
#include "storage/local_disk.hpp"
#include "storage/metadata_file.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

namespace fs = std::filesystem;

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

bool folders_present(int directory, const FileList& expected) {
  for (const auto& folder : expected.folders()) {
    if (!is_folder(directory, stored_path(folder))) return false;
  }
  return true;
}

void compare_with_receipt(int directory, const FileList& expected, TargetContents& contents) {
  std::unordered_map<std::string_view, const ReceiptFile*> recorded;
  for (const auto& file : contents.receipt->files) recorded.emplace(file.path, &file);
  for (const auto& file : expected.files()) {
    const auto known = recorded.find(file.path);
    if (known == recorded.end() || known->second->size_bytes != file.size_bytes) continue;
    if (same(file_at(directory, stored_path(file.path)), *known->second))
      contents.present.push_back(file.path);
  }
  const auto& written = contents.receipt->metadata_file;
  const auto metadata = file_at(directory, metadata_name);
  contents.metadata_found =
      needs_metadata_file(expected) && metadata && (!written || same(metadata, *written));
  contents.complete = contents.present.size() == expected.files().size() &&
                      folders_present(directory, expected) &&
                      (contents.metadata_found || !needs_metadata_file(expected));
}

std::optional<ReceiptFile> described(const std::string& path, const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) return std::nullopt;
  const auto modified_ns = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
  return ReceiptFile{path, static_cast<std::uint64_t>(facts.st_size), modified_ns};
}

class Survey {
 public:
  Survey(const Place& place, const FileList& expected) : place_(place), expected_(expected) {}

  void walk(int directory, TargetContents& contents) const {
    std::error_code failure;
    fs::recursive_directory_iterator entry(place_.target, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
      const auto path = entry->path().lexically_relative(place_.target).native();
      if (path == receipt_name || is_our_staging(path) || is_of_the_disk(path)) {
        entry.disable_recursion_pending();
      } else {
        judge(directory, path, contents);
      }
    }
    if (failure) throw local_disk_error("read " + printable(place_.target.native()), failure.value());
  }

 private:
  bool is_our_staging(const std::string& path) const { return !place_.renamed_whole && path == partial_name; }

  bool is_of_the_disk(const std::string& path) const {
    return path == "lost+found" && is_mount_point(place_.target);
  }

  void judge(int directory, const std::string& path, TargetContents& contents) const {
    if (const auto found = file_at(directory, path)) return judge_file(*found, contents);
    if (is_folder(directory, path) && expected_.has_folder(listed_name(path))) return;
    throw foreign(path, "is no part of the checkpoint");
  }

  void judge_file(const ReceiptFile& found, TargetContents& contents) const {
    const auto name = listed_name(found.path);
    const auto size = expected_.size_of(name);
    if (!size && found.path == metadata_name && needs_metadata_file(expected_)) {
      contents.metadata_found = true;
    } else if (!size) {
      throw foreign(found.path, "is no part of the checkpoint");
    } else if (*size != found.size_bytes) {
      throw foreign(found.path,
                    fmt::format("has {} bytes, the checkpoint's has {}", found.size_bytes, *size));
    } else {
      contents.present.push_back(name);
    }
  }

  // A payload's own det-receipt.json lies there by another name.
  std::string listed_name(const std::string& path) const {
    const auto kept = stored_path(receipt_name);
    if (path.compare(0, kept.size(), kept) != 0) return path;
    const auto listed = std::string(receipt_name) + path.substr(kept.size());
    return expected_.size_of(listed) || expected_.has_folder(listed) ? listed : path;
  }

  Error foreign(std::string_view path, std::string_view why) const {
    return Error(Failure::held, fmt::format("{} holds something else: \"{}\" {}",
                                            printable(place_.target.native()), printable(path), why));
  }

  const Place& place_;
  const FileList& expected_;
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

TargetContents contents_of(const Place& place, const FileList& list, const std::string& checkpoint_id,
                           const FinishedFiles& earlier) {
  TargetContents contents;
  const Descriptor directory(open(place.target.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory && errno == ENOENT) return contents;
  if (!directory) throw local_disk_error("read " + printable(place.target.native()), errno);
  contents.receipt = read_receipt(place.target);
  if (contents.receipt && contents.receipt->checkpoint_id != checkpoint_id) {
    throw Error(Failure::held, fmt::format("{} holds checkpoint {}", printable(place.target.native()),
                                           printable(contents.receipt->checkpoint_id)));
  }
  const auto expected = expected_files(list, contents.receipt, earlier);
  if (contents.receipt) {
    compare_with_receipt(directory.number(), expected, contents);
  } else {
    Survey(place, expected).walk(directory.number(), contents);
  }
  return contents;
}

}  // namespace det::storage
