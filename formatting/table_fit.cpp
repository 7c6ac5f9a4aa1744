#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formatting/table.hpp"
#include "formatting/table_drawing.hpp"
#include "formatting/terminal_columns.hpp"

namespace det::formatting {
namespace {

constexpr std::size_t least_width = 3;
constexpr std::size_t readable_width = 12;  // text columns are cut to this before anything else suffers

// A column of a drawing with what decides how far it may shrink.
struct Room {
  DrawnColumn* column;
  std::size_t content;  // widest cell
  std::size_t header;
  bool ids;
};

bool is_hexadecimal(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
         (letter >= 'A' && letter <= 'F');
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hexadecimal(text[i])) return false;
  }
  return true;
}

bool holds_ids(const DrawnColumn& column) {
  const auto fits = [](const std::string& cell) { return cell.empty() || is_uuid(cell); };
  return std::all_of(column.cells.begin(), column.cells.end(), fits) &&
         std::any_of(column.cells.begin(), column.cells.end(), is_uuid);
}

Room room_of(DrawnColumn& column) {
  std::size_t content = 0;
  for (const auto& cell : column.cells) content = std::max(content, width_of(cell, terminal_columns));
  return {&column, content, width_of(column.header, terminal_columns), holds_ids(column)};
}

std::size_t total_width(const std::vector<Room>& rooms) {
  std::size_t total = rooms.size() - 1;
  for (const auto& room : rooms) total += room.column->width + 2;
  return total;
}

// No text column needs more than the terminal; without this, shrinking a cell of megabytes would take long.
void clamp(std::vector<Room>& rooms, std::size_t width) {
  const auto most = std::max(width, readable_width);
  for (auto& room : rooms) {
    if (room.column->alignment == Alignment::left) room.column->width = std::min(room.column->width, most);
  }
}

// Takes from the widest columns, one by one, until the table fits or every column is at its floor.
template <typename Floor>
void shrink(std::vector<Room>& rooms, std::size_t width, const Floor& floor) {
  for (auto total = total_width(rooms); total > width; --total) {
    Room* widest = nullptr;
    for (auto& room : rooms) {
      const bool can_give = room.column->width > floor(room);
      if (can_give && (widest == nullptr || room.column->width > widest->column->width)) widest = &room;
    }
    if (widest == nullptr) return;
    --widest->column->width;
  }
}

std::size_t at_least(std::size_t least, std::size_t width) {
  return std::max(least, width);
}

// What is lost grows from step to step: nothing but the padding of headers; the ends of long texts; headers;
// more of the texts; ids; digits.
void narrow(std::vector<Room>& rooms, std::size_t width) {
  const auto is_number = [](const Room& room) { return room.column->alignment == Alignment::right; };
  const auto whole = [](const Room& room) { return at_least(room.content, room.header); };
  shrink(rooms, width, whole);
  if (total_width(rooms) <= width) return;
  clamp(rooms, width);
  shrink(rooms, width, [&](const Room& room) {
    if (is_number(room) || room.ids) return whole(room);
    return std::min(whole(room), at_least(readable_width, room.header));
  });
  shrink(rooms, width, [&](const Room& room) {
    if (is_number(room) || room.ids) return at_least(least_width, room.content);
    return std::min(whole(room), readable_width);
  });
  shrink(rooms, width, [&](const Room& room) {
    return is_number(room) || room.ids ? at_least(least_width, room.content) : least_width;
  });
  shrink(rooms, width, [&](const Room& room) {
    return is_number(room) ? at_least(least_width, room.content) : least_width;
  });
  shrink(rooms, width, [](const Room&) { return least_width; });
}

std::string cut_line(std::string_view line, std::size_t width) {
  if (terminal_columns(line) <= width) return std::string(line);
  return std::string(first_columns(line, width - 1)) + "…";
}

void cut_text(std::string& text, std::size_t width) {
  if (width_of(text, terminal_columns) <= width) return;
  std::string cut;
  for (const auto line : lines_of(text)) cut += cut_line(line, width) + '\n';
  cut.pop_back();
  text = std::move(cut);
}

void cut_texts(DrawnColumn& column) {
  cut_text(column.header, column.width);
  for (auto& cell : column.cells) cut_text(cell, column.width);
}

std::string cut_sentence(const std::vector<std::string>& headers) {
  std::string names;
  for (const auto& header : headers) names += (names.empty() ? "" : ", ") + header;
  std::replace(names.begin(), names.end(), '\n', ' ');
  return "cut to fit the terminal: " + names + "; pipe the output to see all";
}

}  // namespace

FittedText to_text(const Table& table, int terminal_width) {
  auto drawing = lay_out(table);
  const auto width = static_cast<std::size_t>(std::max(terminal_width, 1));
  if (auto whole = draw(drawing); width_of(whole, terminal_columns) <= width) return {std::move(whole), ""};
  measure_again(drawing, terminal_columns);
  std::vector<Room> rooms;
  for (auto& column : drawing.columns) rooms.push_back(room_of(column));
  narrow(rooms, width);
  std::vector<std::string> cut;
  for (const auto& room : rooms) {
    if (room.column->width >= at_least(room.content, room.header)) continue;
    cut.push_back(room.column->header);
    cut_texts(*room.column);
  }
  return {draw(drawing), cut.empty() ? "" : cut_sentence(cut)};
}

}  // namespace det::formatting
