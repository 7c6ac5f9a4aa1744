#pragma once

#include <string>
#include <string_view>

namespace det::cli {

// A manual page in man(7): of the program where `noun` is "det", else of a noun, with every command below it.
// `prose` is roff, the sections that a person wrote; what the command tree says comes in place of its line
// `.\" COMMANDS`, or at the end. `date` is the page's, 2026-11-21. Throws Error{usage} for what is no noun.
std::string man_page(const std::string& noun, std::string_view date, std::string_view prose);

}  // namespace det::cli
