#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/checkpoint.hpp"

namespace det::storage {

// What a checkpoint consists of, by its source's list, with every name checked. The list is the contract of a
// download: all of it, and nothing else, arrives. An empty list says nothing: then what is there counts.
class FileList {
 public:
  // Throws Error{integrity} for a name that require_relative() refuses, for a name that occurs twice, and
  // where one name is a file and also the folder of another.
  explicit FileList(const std::vector<model::CheckpointFile>& files);

  bool known() const { return !files_.empty() || !folders_.empty(); }
  const std::vector<model::CheckpointFile>& files() const { return files_; }
  // Absent: not on the list.
  std::optional<std::uint64_t> size_of(std::string_view path) const;
  // Whether it is on the list as a folder, or some listed path lies below it.
  bool has_folder(std::string_view path) const;
  // Folders that the list itself names, without the closing '/'.
  const std::vector<std::string>& folders() const { return folders_; }

 private:
  void add_file(const model::CheckpointFile& file);
  void add_folder(std::string path);

  std::vector<model::CheckpointFile> files_;
  std::vector<std::string> folders_;
  std::unordered_map<std::string, std::uint64_t> sizes_;
  std::unordered_set<std::string> all_folders_;
};

// Sizes that a source states may be any number: the sum stays at the largest.
std::uint64_t saturating_sum(std::uint64_t left, std::uint64_t right);

}  // namespace det::storage
