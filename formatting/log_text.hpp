#pragma once

#include <string>
#include <string_view>

namespace det::formatting {

enum class Colours { kept, shown };

// Text of a log for a terminal: line ends, tabs and, where colours are kept, the sequences that set colours
// (ESC [ ... m) stay, and are ended with the text; everything else is made terminal_safe.
std::string log_text(std::string_view text, Colours colours);

}  // namespace det::formatting
