#pragma once

#include <string>
#include <vector>

#include "model/json.hpp"

namespace det::wire {

// The body of DELETE /api/v1/checkpoints.
std::string encode_checkpoint_deletion(const std::vector<std::string>& uuids);

// The body of POST /api/v1/checkpoints/rm. Without globs no file goes, and the list of files is renewed.
std::string encode_file_removal(const std::vector<std::string>& uuids, const std::vector<std::string>& globs);

// The body of POST /api/v1/checkpoints/{uuid}/metadata, whose `metadata`, an object, replaces the whole.
std::string encode_checkpoint_metadata(const std::string& uuid, const model::Json& metadata);

}  // namespace det::wire
