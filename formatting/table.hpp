#pragma once

#include <optional>
#include <string>
#include <vector>

namespace det::formatting {

// One cell's text; absent is Python's None: shown empty, and without influence on its column's type, which an
// empty text makes a text column. '\n' divides a cell's lines: whoever fills a cell with lines that are not
// its own makes them terminal_safe first. Every other control character is escaped by cell_safe when drawn.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;
using Columns = std::vector<std::string>;

// At least one column. Rows may have fewer cells than there are columns.
struct Table {
  Columns columns;
  std::vector<Row> rows;
};

// The table as tabulate 0.9 draws it in "presto" style with default settings, ended by a newline: headers
// padded by 2, a column typed by its content, numbers to the right with their decimal points aligned, floats
// as %g, cells of several lines on following rows. Widths are counted in code points.
std::string to_text(const Table& table);

// A drawing that fits a terminal, and what that cost.
struct FittedText {
  std::string text;
  std::string cut;  // a sentence that names the columns that were narrowed; empty when nothing was cut
};

// The same drawing if it fits; else one that is no wider than the terminal, as long as that leaves each
// column 3 letters, and counts wide letters as a terminal does. Texts that are cut end in "…": long texts
// first, then headers, short texts, UUIDs, and numbers last.
FittedText to_text(const Table& table, int terminal_width);

// One CSV record as Python's csv.writer writes it: quoted only where needed, ended by CR LF. Newlines stay
// inside quotes; other control characters are escaped by cell_safe.
std::string csv_line(const Row& row);

}  // namespace det::formatting
