#pragma once

#include <optional>
#include <string>

namespace det::model {

// Where an experiment's checkpoints lie: `checkpoint_storage` of its configuration. Only the fields of its
// own type are set. A checkpoint's files lie in a directory named by its uuid below the place that these
// name.
struct StorageConfiguration {
  std::string type;                         // shared_fs, directory, s3, gcs, azure, ...
  std::string host_path;                    // shared_fs: absolute, on every agent
  std::optional<std::string> storage_path;  // shared_fs: below host_path; absent: host_path itself
  std::string container_path;  // directory: absolute; shared_fs: where an old configuration mounts it
};

}  // namespace det::model
