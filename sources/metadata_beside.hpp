#pragma once

#include <filesystem>

#include "model/json.hpp"

namespace det::sources {

// What metadata.json in a checkpoint's directory says: an object; null where there is no such file, or one
// that is a link, larger than 16 MiB, no JSON object, or nested deeper than 100 levels.
model::Json metadata_beside(const std::filesystem::path& directory);

}  // namespace det::sources
