#pragma once

#include <string>
#include <string_view>

namespace det::storage {

// The prefix of a storage configuration without empty parts and ".", as the official client writes it, in S3
// and in GCS. Throws Error{storage} for one with "..".
std::string normal_prefix(std::string_view prefix);

}  // namespace det::storage
