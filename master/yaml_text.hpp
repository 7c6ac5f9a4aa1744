#pragma once

#include <string_view>

#include "model/json.hpp"

namespace det::master {

// Text that is longer, nests deeper or, its aliases written out, holds more than this is refused.
inline constexpr std::size_t longest_yaml = std::size_t{1} << 20U;
inline constexpr std::size_t deepest_yaml = 64;
inline constexpr std::size_t most_yaml_values = 50'000;

// The first document of YAML 1.1 or JSON text as a tree; no text at all is null. Plain scalars are read as
// the configurations' own reader does: y, n, yes, no, on and off are booleans, 0b1, 010 and 0x1f numbers, NaN
// and infinities the strings "NaN", "Infinity" and "-Infinity"; "<<" merges. Throws Error{usage}, naming the
// line, for text that is neither, for a key that is there twice, and for what is refused above.
model::Json read_yaml(std::string_view text);

}  // namespace det::master
