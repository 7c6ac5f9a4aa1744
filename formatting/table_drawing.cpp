#include "formatting/table_drawing.hpp"

#include <algorithm>
#include <utility>

#include "formatting/cell_type.hpp"
#include "formatting/unicode.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

constexpr std::size_t header_padding = 2;

bool has_many_lines(std::string_view text) {
  return text.find('\n') != std::string_view::npos;
}

bool has_many_lines(const Table& table) {
  const auto cell_has = [](const Cell& cell) { return cell && has_many_lines(*cell); };
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const std::string& header) { return has_many_lines(header); }) ||
         std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const Row& row) { return std::any_of(row.begin(), row.end(), cell_has); });
}

Columns headers_of(const Table& table) {
  Columns headers;
  if (!table.rows.empty() && !table.columns.empty() && table.rows[0].size() > table.columns.size()) {
    headers.resize(table.rows[0].size() - table.columns.size());
  }
  for (const auto& header : table.columns) headers.push_back(cell_safe(header));
  if (table.rows.empty()) return headers;
  std::size_t reached = 0;
  for (const auto& row : table.rows) reached = std::max(reached, row.size());
  if (reached > 0 && reached < headers.size()) headers.resize(reached);
  return headers;
}

std::vector<Cell> cells_of(const Table& table, std::size_t column) {
  std::vector<Cell> cells;
  cells.reserve(table.rows.size());
  for (const auto& row : table.rows) {
    const bool present = column < row.size() && row[column];
    cells.push_back(present ? Cell(cell_safe(*row[column])) : std::nullopt);
  }
  return cells;
}

CellType type_of(const std::vector<Cell>& cells) {
  auto type = CellType::boolean;
  for (const auto& cell : cells) {
    type = std::max(type, cell_type(cell));
    if (type == CellType::text) break;
  }
  return type;
}

std::string formatted(Cell cell, CellType type) {
  if (!cell) return "";
  if (type == CellType::real) return real_text(*cell);
  if (type == CellType::integer) return *std::move(cell);
  return std::string(stripped(*cell));
}

// How much stands behind a real number's point, or behind the "e" of one without a point; -1 for nothing.
std::ptrdiff_t behind_point(std::string_view number) {
  auto point = number.rfind('.');
  if (point == std::string_view::npos) point = number.rfind('e');
  return point == std::string_view::npos ? -1 : static_cast<std::ptrdiff_t>(number.size() - point) - 1;
}

void align_points(std::vector<std::string>& numbers) {
  std::ptrdiff_t most = -1;
  for (const auto& number : numbers) most = std::max(most, behind_point(number));
  for (auto& number : numbers) number.append(static_cast<std::size_t>(most - behind_point(number)), ' ');
}

DrawnColumn laid_out(std::string header, std::vector<Cell> cells) {
  const auto type = type_of(cells);
  const bool numeric = type == CellType::integer || type == CellType::real;
  DrawnColumn column{std::move(header), numeric ? Alignment::right : Alignment::left, {}, 0};
  column.cells.reserve(cells.size());
  for (auto& cell : cells) column.cells.push_back(formatted(std::move(cell), type));
  if (type == CellType::real) align_points(column.cells);
  return column;
}

void append_padded(std::string& line, std::string_view text, const DrawnColumn& column, Measure measure) {
  const auto used = measure(text);
  const auto blanks = column.width > used ? column.width - used : 0;
  if (column.alignment == Alignment::right) line.append(blanks, ' ');
  line += text;
  if (column.alignment == Alignment::left) line.append(blanks, ' ');
}

void end_line(std::string& text, std::size_t begin) {
  text.resize(begin + stripped_right(std::string_view(text).substr(begin)).size());
  text += '\n';
}

// Python's splitlines: a newline at the end opens no further line, and an empty text has none.
std::vector<std::string_view> drawn_lines(std::string_view text) {
  auto lines = lines_of(text);
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

// `text_of` gives a column's text in this row.
template <typename TextOf>
void append_simple_row(std::string& text, const Drawing& drawing, const TextOf& text_of) {
  const auto begin = text.size();
  for (const auto& column : drawing.columns) {
    text += &column == &drawing.columns.front() ? " " : "| ";
    append_padded(text, text_of(column), column, drawing.measure);
    text += ' ';
  }
  end_line(text, begin);
}

// `lines_of_cell` gives the lines of a column's text in this row.
template <typename LinesOfCell>
void append_row_of_lines(std::string& text, const Drawing& drawing, const LinesOfCell& lines_of_cell) {
  std::vector<std::vector<std::string_view>> cells;
  std::size_t height = 0;
  for (const auto& column : drawing.columns) {
    cells.push_back(lines_of_cell(column));
    height = std::max(height, cells.back().size());
  }
  for (std::size_t line = 0; line < height; ++line) {
    append_simple_row(text, drawing, [&](const DrawnColumn& column) {
      const auto& lines = cells[static_cast<std::size_t>(&column - drawing.columns.data())];
      return line < lines.size() ? lines[line] : std::string_view();
    });
  }
}

void append_header(std::string& text, const Drawing& drawing) {
  if (drawing.many_lines) {
    append_row_of_lines(text, drawing, [](const DrawnColumn& column) { return lines_of(column.header); });
  } else {
    append_simple_row(text, drawing,
                      [](const DrawnColumn& column) { return std::string_view(column.header); });
  }
}

void append_row(std::string& text, const Drawing& drawing, std::size_t row) {
  if (drawing.many_lines) {
    append_row_of_lines(text, drawing,
                        [row](const DrawnColumn& column) { return drawn_lines(column.cells[row]); });
  } else {
    append_simple_row(text, drawing,
                      [row](const DrawnColumn& column) { return std::string_view(column.cells[row]); });
  }
}

void append_rule(std::string& text, const Drawing& drawing) {
  for (const auto& column : drawing.columns) {
    if (&column != &drawing.columns.front()) text += '+';
    text.append(column.width + 2, '-');
  }
  text += '\n';
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::size_t width_of(std::string_view text, Measure measure) {
  if (!has_many_lines(text)) return measure(text);
  std::size_t widest = 0;
  for (const auto line : lines_of(text)) widest = std::max(widest, measure(line));
  return widest;
}

Drawing lay_out(const Table& table) {
  auto headers = headers_of(table);
  const bool reached =
      std::any_of(table.rows.begin(), table.rows.end(), [](const Row& row) { return !row.empty(); });
  Drawing drawing{{}, reached ? table.rows.size() : 0, has_many_lines(table), nullptr};
  for (std::size_t i = 0; i < headers.size(); ++i) {
    drawing.columns.push_back(laid_out(std::move(headers[i]), cells_of(table, i)));
  }
  measure_again(drawing, length);
  return drawing;
}

void measure_again(Drawing& drawing, Measure measure) {
  drawing.measure = measure;
  for (auto& column : drawing.columns) {
    column.width = width_of(column.header, measure) + header_padding;
    for (const auto& cell : column.cells) column.width = std::max(column.width, width_of(cell, measure));
  }
}

std::string draw(const Drawing& drawing) {
  std::string text;
  append_header(text, drawing);
  append_rule(text, drawing);
  for (std::size_t row = 0; row < drawing.rows; ++row) append_row(text, drawing, row);
  return text;
}

}  // namespace det::formatting
