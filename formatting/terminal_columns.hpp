#pragma once

#include <cstddef>
#include <string_view>

namespace det::formatting {

// How many columns a valid UTF-8 text takes on a terminal: two for East Asian wide letters and emoji, none
// for the usual combining marks. In doubt the larger number, so that what is said to fit does fit.
std::size_t terminal_columns(std::string_view text);

// The longest start of the text that takes no more than `columns`.
std::string_view first_columns(std::string_view text, std::size_t columns);

}  // namespace det::formatting
