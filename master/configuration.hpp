#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/record.hpp"
#include "model/storage_configuration.hpp"

namespace det::master {

// What a master's own configuration says.
struct Configuration {
  model::Document checkpoint_storage;                // of experiments that name none
  std::vector<std::filesystem::path> storage_roots;  // what of it lies on this machine
};

// Checkpoints in `directory`, as shared_fs.
Configuration configuration_of_storage(const std::filesystem::path& directory);

// The documented YAML file of a master, of which `checkpoint_storage` is read: shared_fs, directory, s3, gcs,
// azure. Throws Error: usage, for what is no such file; local_disk, when it cannot be read.
Configuration read_configuration(const std::filesystem::path& file);

// What a `checkpoint_storage`, as a JSON object, says. Throws Error{master} for one that is not as it should
// be.
model::StorageConfiguration storage_of_document(const model::Document& storage);

// A small file's content. Throws Error{local_disk}.
std::string configuration_text(const std::filesystem::path& file);

}  // namespace det::master
