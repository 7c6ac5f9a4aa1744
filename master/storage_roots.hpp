#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "model/storage_configuration.hpp"
#include "storage/directory_store.hpp"

namespace det::master {

// The directories below which this master reads, serves and removes files. They come from its own
// configuration alone: what an experiment's configuration says counts only below one of them.
class StorageRoots {
 public:
  // None: every storage lies outside.
  StorageRoots() = default;
  // Absolute paths; they need not exist yet.
  explicit StorageRoots(std::vector<std::filesystem::path> roots) : roots_(std::move(roots)) {}

  // The storage of an experiment: shared_fs below host_path/storage_path, directory below container_path.
  // Links on the way are resolved before it is judged where it lies, and none is followed afterwards. Throws
  // Error: usage, with a sentence that says why this master does not touch it ("its storage /x lies outside
  // this master's storage roots"); storage, when it cannot be opened.
  std::unique_ptr<storage::DirectoryStore> open(const model::StorageConfiguration& storage) const;

 private:
  std::vector<std::filesystem::path> roots_;
};

}  // namespace det::master
