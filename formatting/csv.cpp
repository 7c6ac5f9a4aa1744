#include <algorithm>
#include <string>
#include <string_view>

#include "formatting/table.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

void append_quoted(std::string& line, std::string_view field) {
  line += '"';
  for (const char letter : field) {
    if (letter == '"') line += '"';
    line += letter;
  }
  line += '"';
}

bool plain(const std::string& cell) {
  return std::all_of(cell.begin(), cell.end(), [](char letter) {
    return letter >= ' ' && letter <= '~' && letter != ',' && letter != '"';
  });
}

void append_field(std::string& line, const std::string& cell) {
  if (plain(cell)) {  // most cells
    line += cell;
    return;
  }
  const auto field = cell_safe(cell);
  if (field.find_first_of(",\"\n") == std::string::npos) {
    line += field;
  } else {
    append_quoted(line, field);
  }
}

}  // namespace

std::string csv_line(const Row& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += ',';
    if (row[i]) append_field(line, *row[i]);
  }
  if (row.size() == 1 && line.empty()) line = "\"\"";  // a blank line would read as no record
  return line + "\r\n";
}

}  // namespace det::formatting
