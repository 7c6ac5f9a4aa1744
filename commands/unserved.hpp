#pragma once

#include <string_view>

namespace det::commands {

// Whether `word` after `noun` ("" for the first word of a line) is a group or command of the official tool
// 0.38.1, or an alias of one, that this build does not serve.
bool is_unserved(std::string_view noun, std::string_view word);

}  // namespace det::commands
