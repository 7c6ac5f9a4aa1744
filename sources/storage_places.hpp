#pragma once

#include <filesystem>
#include <vector>

#include "model/storage_configuration.hpp"

namespace det::sources {

// The directories below which a checkpoint's own directory may lie on this machine, in the order in which the
// official client looks: shared_fs: host_path/storage_path, then the same inside a container,
// /determined_shared_fs/storage_path; directory: container_path. Empty for other types. A storage_path that
// leaves host_path names no place.
std::vector<std::filesystem::path> storage_places(const model::StorageConfiguration& storage);

}  // namespace det::sources
