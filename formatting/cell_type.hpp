#pragma once

#include <string>
#include <string_view>

#include "formatting/table.hpp"

namespace det::formatting {

// How tabulate 0.9 reads a cell's text; from the least to the most general, and a column is of its cells'
// most general type. A text is an integer or a real number if Python's int() or float() takes it, white space
// around it, underscores between digits and digits of any script included; but "infinity", "+nan" and numbers
// that overflow are text.
enum class CellType { none, boolean, integer, real, text };

// The type of a cell without control characters other than '\n'.
CellType cell_type(const Cell& cell);

// The text of such a cell in a column of real numbers: as %g. "True" and "False" count as 1 and 0.
std::string real_text(std::string_view cell);

}  // namespace det::formatting
