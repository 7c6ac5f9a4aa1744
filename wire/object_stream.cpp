#include "wire/object_stream.hpp"

namespace det::wire {
namespace {

constexpr std::size_t largest_object = std::size_t{16} << 20;

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

bool ObjectStream::feed(std::string_view piece, const Take& take) {
  while (true) {
    if (object_.size() == 0) {
      piece = without_blanks(piece);
      if (piece.empty()) return true;
      if (piece.front() != '{') invalid(place(), "is not an object");
    }
    const auto end = end_.within(piece);
    object_.append(piece.substr(0, end.value_or(piece.size())));
    if (object_.size() > largest_object) invalid(place(), "is too large");
    if (!end) return true;
    piece.remove_prefix(*end);
    const bool go_on = take(object_, place());
    object_.clear();
    ++index_;
    if (!go_on) return false;
  }
}

void ObjectStream::finish() const {
  if (object_.size() > 0) invalid(place(), "ends too early");
}

Place ObjectStream::place() const {
  return {.name = "stream", .index = index_};
}

}  // namespace det::wire
