#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace det::client {

// The whole text of a file that a person or a tool of ours wrote; absent when there is none. Throws
// Error{local_disk} when it cannot be read, is no regular file or is longer than a mebibyte.
std::optional<std::string> small_file(const std::filesystem::path& file);

}  // namespace det::client
