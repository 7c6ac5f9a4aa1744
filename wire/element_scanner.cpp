#include "wire/element_scanner.hpp"

#include <utility>

#include "wire/tree.hpp"

namespace det::wire {
namespace {

constexpr std::size_t largest_element = std::size_t{64} << 20;
constexpr std::size_t largest_rest = std::size_t{1} << 20;

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(char byte) {
  return blanks.find(byte) != std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

ElementScanner::ElementScanner(std::string list) : list_(std::move(list)) {}

bool ElementScanner::feed(std::string_view piece, const Take& take) {
  while (!piece.empty()) {
    switch (position_) {
      case Position::before:
        piece = before(piece);
        break;
      case Position::outside:
        piece = outside(piece);
        break;
      case Position::first:
      case Position::separator:
      case Position::next:
        piece = between(piece);
        break;
      case Position::inside:
        piece = inside(piece);
        break;
      case Position::after:
        piece = after(piece);
        break;
    }
    if (!complete_) continue;
    complete_ = false;
    const bool go_on = take(element_, place());
    element_.clear();
    ++index_;
    if (!go_on) return false;
  }
  return true;
}

model::Json ElementScanner::finish() const {
  if (position_ == Position::before) invalid("it is empty");
  if (position_ != Position::after) invalid("it ends too early");
  if (!list_found_) invalid(Place{list_}, "is missing");
  return parse_tree(rest_);
}

std::string_view ElementScanner::before(std::string_view piece) {
  piece = without_blanks(piece);
  if (piece.empty()) return piece;
  if (piece.front() != '{') invalid("it is not a JSON object");
  position_ = Position::outside;
  return piece;
}

std::string_view ElementScanner::outside(std::string_view piece) {
  std::size_t read = 0;
  while (read < piece.size() && position_ == Position::outside) outer_byte(piece[read++]);
  if (rest_.size() > largest_rest) invalid("what stands beside " + list_ + " is too large");
  return piece.substr(read);
}

void ElementScanner::outer_byte(char byte) {
  rest_ += byte;
  if (!in_string_) {
    if (!is_blank(byte)) outer_mark(byte);
  } else if (!escaped_ && byte == '"') {
    in_string_ = false;
  } else {
    escaped_ = !escaped_ && byte == '\\';
    if (depth_ == 1) last_string_ += byte;
  }
}

void ElementScanner::outer_mark(char byte) {
  if (std::exchange(list_follows_, false)) return begin_list(byte);
  switch (byte) {
    case '"':
      in_string_ = true;
      if (depth_ == 1) last_string_.clear();
      break;
    case '{':
    case '[':
      ++depth_;
      break;
    case '}':
    case ']':
      if (--depth_ == 0) position_ = Position::after;
      break;
    case ':':
      list_follows_ = depth_ == 1 && last_string_ == list_;
      break;
    default:
      break;
  }
}

void ElementScanner::begin_list(char byte) {
  if (list_found_) invalid(Place{list_}, "is there twice");
  list_found_ = true;
  if (byte == 'n') return;  // null, or no JSON: finish() tells
  if (byte != '[') invalid(Place{list_}, "is not a list");
  position_ = Position::first;
}

void ElementScanner::leave_list() {
  rest_ += ']';
  position_ = Position::outside;
}

std::string_view ElementScanner::between(std::string_view piece) {
  piece = without_blanks(piece);
  if (piece.empty()) return piece;
  if (position_ == Position::separator) {
    if (piece.front() == ']') {
      leave_list();
    } else if (piece.front() == ',') {
      position_ = Position::next;
    } else {
      invalid(place(), "does not follow a comma");
    }
    return piece.substr(1);
  }
  if (piece.front() == ']' && position_ == Position::first) {
    leave_list();
    return piece.substr(1);
  }
  if (piece.front() != '{') invalid(place(), "is not an object");
  position_ = Position::inside;
  return piece;
}

std::string_view ElementScanner::inside(std::string_view piece) {
  const auto end = end_.within(piece);
  const std::size_t taken = end.value_or(piece.size());
  if (element_.size() + taken > largest_element) invalid(place(), "is too large");
  element_.append(piece.substr(0, taken));
  if (end) {
    complete_ = true;
    position_ = Position::separator;
  }
  return piece.substr(taken);
}

std::string_view ElementScanner::after(std::string_view piece) {
  if (!without_blanks(piece).empty()) invalid("something follows its end");
  return {};
}

Place ElementScanner::place() const {
  return {list_, nullptr, index_};
}

}  // namespace det::wire
