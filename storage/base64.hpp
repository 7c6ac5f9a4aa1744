#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace det::storage {

// RFC 4648, 4, with padding.
std::string base64(std::string_view bytes);
// RFC 4648, 5, for file names and URLs, without padding, as in a JSON Web Token.
std::string base64_url(std::string_view bytes);
// Undoes base64(). Absent for what it cannot have given.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace det::storage
