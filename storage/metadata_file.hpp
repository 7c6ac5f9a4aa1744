#pragma once

#include <string>

#include "model/json.hpp"
#include "storage/file_list.hpp"

namespace det::storage {

inline constexpr const char* metadata_name = "metadata.json";

// Official loaders read metadata.json, or MLmodel in the oldest checkpoints. Whether this checkpoint brings
// neither, so that metadata.json must be written from what its source says, as the official client does.
bool needs_metadata_file(const FileList& files);

// The contents of metadata.json: what Python's json.dump(metadata, indent=2) writes; {} for null.
std::string metadata_text(const model::Json& metadata);

}  // namespace det::storage
