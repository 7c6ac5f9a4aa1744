#pragma once

#include <string_view>

namespace det::storage {

// Whether the pattern fits the whole path, part by part: '*' for any characters of a part, also leading dots,
// '?' for one, [ab-z] and [!ab-z] for one of a set; a part "**" for any number of parts, also none. Time
// grows with the product of the lengths, whatever the pattern.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace det::storage
