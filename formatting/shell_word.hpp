#pragma once

#include <string>
#include <string_view>

namespace det::formatting {

// The text as one word of a line for a POSIX shell: as it is where the shell takes nothing in it for its own,
// else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace det::formatting
