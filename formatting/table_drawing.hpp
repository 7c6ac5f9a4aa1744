#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "formatting/table.hpp"

namespace det::formatting {

enum class Alignment { left, right };

// A column as it will be drawn: its texts are escaped and formatted, not yet padded.
struct DrawnColumn {
  std::string header;
  Alignment alignment = Alignment::left;
  std::vector<std::string> cells;
  std::size_t width = 0;  // by the drawing's measure, without the blank at each side
};

// How wide a line is: length, or terminal_columns.
using Measure = std::size_t (*)(std::string_view line);

struct Drawing {
  std::vector<DrawnColumn> columns;
  std::size_t rows = 0;
  bool many_lines = false;  // some header or cell has several lines: then a row without any text is not drawn
  Measure measure = nullptr;
};

// The parts between newlines; one empty part for an empty text.
std::vector<std::string_view> lines_of(std::string_view text);

// The widest line.
std::size_t width_of(std::string_view text, Measure measure);

// Types, formats and measures the columns of a table as tabulate 0.9 does. A column that no row reaches is
// left out; if the first row has more cells than there are columns, empty headers come first. Widths are
// counted in code points.
Drawing lay_out(const Table& table);

// Gives every column the width that its header and its cells need by another measure.
void measure_again(Drawing& drawing, Measure measure);

// Ended by a newline.
std::string draw(const Drawing& drawing);

}  // namespace det::formatting
