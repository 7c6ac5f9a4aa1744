#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "model/storage_configuration.hpp"
#include "storage/checkpoint_store.hpp"
#include "storage/remote_store.hpp"

namespace det::master {

// The object storage (s3, gcs, azure) of a master's own configuration.
struct ObjectRoot {
  model::StorageConfiguration configuration;
  // Gives what it is reached with, credentials too; any thread may call it, each time for one store.
  std::function<storage::Surroundings()> surroundings;
};

// Where this master reads, serves and removes files: below some directories, and in its own object storage.
// They come from its own configuration alone: what an experiment's configuration says counts only where it
// lies at or below one of them.
class StorageRoots {
 public:
  // None: every storage lies outside.
  StorageRoots() = default;
  // Absolute paths; they need not exist yet.
  explicit StorageRoots(std::vector<std::filesystem::path> roots,
                        std::optional<ObjectRoot> object_root = std::nullopt)
      : roots_(std::move(roots)), object_root_(std::move(object_root)) {}

  // The storage of an experiment. shared_fs lies below host_path/storage_path, directory below
  // container_path; links on the way are resolved before it is judged where that is, and none is followed
  // afterwards. s3, gcs and azure must be on the server and in the bucket of the master's own, at its prefix
  // or below, and are opened with the master's own configuration in everything but that prefix: neither an
  // address nor credentials of the experiment's are ever used. Asks no server yet. Throws Error: usage, with
  // a sentence that says why this master does not touch it ("its storage /x lies outside this master's
  // storage roots"); storage, when it cannot be opened.
  std::unique_ptr<storage::CheckpointStore> open(const model::StorageConfiguration& storage) const;

 private:
  std::unique_ptr<storage::CheckpointStore> open_directory(const model::StorageConfiguration& storage) const;
  std::unique_ptr<storage::CheckpointStore> open_objects(const model::StorageConfiguration& storage) const;

  std::vector<std::filesystem::path> roots_;
  std::optional<ObjectRoot> object_root_;
};

}  // namespace det::master
