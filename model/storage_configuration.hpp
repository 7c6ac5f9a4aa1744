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
  std::string container_path;               // directory: absolute; shared_fs: where an old one mounts it
  std::string bucket;                       // s3, gcs
  std::string container;                    // azure
  std::string prefix;             // s3, gcs: of every name, without a slash at its ends; may be empty
  std::string endpoint_url;       // s3: of a compatible server; empty: AWS itself
  std::string access_key;         // s3; empty: as the native tools find it, as all that follow
  std::string secret_key;         // s3
  std::string connection_string;  // azure
  std::string account_url;        // azure
  std::string credential;         // azure: account key or SAS token, for account_url

  bool operator==(const StorageConfiguration&) const = default;
};

}  // namespace det::model
