#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace det::storage {

// The bytes of the file `name` in an open directory. Absent where it is a link, no regular file, larger than
// `limit_bytes`, or cannot be read.
std::optional<std::string> small_file(int directory, const std::string& name, std::size_t limit_bytes);

}  // namespace det::storage
