#pragma once

#include <optional>
#include <string>
#include <vector>

namespace det::formatting {

// One cell's text; absent is Python's None: shown empty, and without influence on its column's type. A cell
// may hold several lines. Control characters other than '\n' are escaped when drawn.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;
using Columns = std::vector<std::string>;

struct Table {
  Columns columns;
  std::vector<Row> rows;
};

// The table as tabulate 0.9 draws it in "presto" style with default settings, ended by a newline: headers
// padded by 2, a column typed by its content, numbers to the right with their decimal points aligned, floats
// as %g, cells of several lines on following rows.
std::string to_text(const Table& table);

// A drawing that fits a terminal, and what that cost.
struct FittedText {
  std::string text;
  std::string cut;  // a sentence that names the columns that were narrowed; empty when nothing was cut
};
FittedText to_text(const Table& table, int terminal_width);

// One CSV record as Python's csv.writer writes it: quoted only where needed, ended by CR LF.
std::string csv_line(const Row& row);

}  // namespace det::formatting
