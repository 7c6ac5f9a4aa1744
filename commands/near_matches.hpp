#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace det::commands {

// At most three of `known` that `typed` is likely a slip of, nearest first; none when nothing is near.
std::vector<std::string> near_matches(std::string_view typed, const std::vector<std::string>& known);

}  // namespace det::commands
