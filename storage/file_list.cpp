#include "storage/file_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/error.hpp"
#include "storage/relative_path.hpp"

namespace det::storage {
namespace {

Error refusal(std::string_view path, std::string_view why) {
  return Error(Failure::integrity, fmt::format("the file list names \"{}\" {}", printable(path), why));
}

}  // namespace

FileList::FileList(const std::vector<model::CheckpointFile>& files) {
  for (const auto& file : files) {
    if (file.path.size() > 1 && file.path.back() == '/') {
      add_folder(file.path.substr(0, file.path.size() - 1));
    } else {
      add_file(file);
    }
  }
  std::unordered_set<std::string> stored;
  for (const auto& file : files_) {
    if (all_folders_.contains(file.path)) throw refusal(file.path, "both as a file and as a folder");
    if (!stored.insert(stored_path(file.path)).second)
      throw refusal(file.path, "beside the name it is kept under");
  }
}

void FileList::add_file(const model::CheckpointFile& file) {
  require_relative(file.path);
  if (!sizes_.emplace(file.path, file.size_bytes).second) throw refusal(file.path, "twice");
  for (auto slash = file.path.find('/'); slash != std::string::npos; slash = file.path.find('/', slash + 1)) {
    all_folders_.insert(file.path.substr(0, slash));
  }
  files_.push_back(file);
}

void FileList::add_folder(std::string path) {
  require_relative(path);
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    all_folders_.insert(path.substr(0, slash));
  }
  all_folders_.insert(path);
  folders_.push_back(std::move(path));
}

std::optional<std::uint64_t> FileList::size_of(std::string_view path) const {
  const auto found = sizes_.find(std::string(path));
  if (found == sizes_.end()) return std::nullopt;
  return found->second;
}

bool FileList::has_folder(std::string_view path) const {
  return all_folders_.contains(std::string(path));
}

std::uint64_t saturating_sum(std::uint64_t left, std::uint64_t right) {
  return left + std::min(right, ~left);
}

}  // namespace det::storage
