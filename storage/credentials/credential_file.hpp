#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace det::storage::credentials {

// The text of a file in which a native tool keeps credentials; absent when there is none. Throws
// Error{storage} when it cannot be read, is no regular file or is longer than a mebibyte.
std::optional<std::string> credential_file(const std::filesystem::path& file);

}  // namespace det::storage::credentials
