#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "model/json.hpp"
#include "wire/object_end.hpp"
#include "wire/padded_text.hpp"
#include "wire/place.hpp"

namespace det::wire {

// Cuts a JSON document that arrives in pieces, {"checkpoints": [E, E, ...], "pagination": {...}}, into the
// elements of one list at its top level, each an object. Holds one element at a time and the rest of the
// document. Throws Error{master} for everything that is no such document; an element's own text is judged by
// whoever decodes it.
class ElementScanner {
 public:
  // Takes one element, valid until it returns, and where it stands. False stops the list.
  using Take = std::function<bool(const PaddedText& element, const Place& place)>;

  explicit ElementScanner(std::string list);

  // Reads the next piece. False: the list was stopped, and nothing more is to be read.
  bool feed(std::string_view piece, const Take& take);
  // After the last piece: the document with the list emptied. A list that is null stays null.
  model::Json finish() const;

 private:
  enum class Position { before, outside, first, separator, next, inside, after };

  std::string_view before(std::string_view piece);
  std::string_view outside(std::string_view piece);
  void outer_byte(char byte);
  void outer_mark(char byte);
  std::string_view between(std::string_view piece);
  void begin_list(char byte);
  void leave_list();
  std::string_view inside(std::string_view piece);
  std::string_view after(std::string_view piece);
  Place place() const;

  std::string list_;
  Position position_ = Position::before;

  std::string rest_;           // the document without the list's elements
  std::string last_string_;    // of the top level, raw: a key when ':' follows
  int depth_ = 0;              // outside the list
  bool in_string_ = false;     // outside the list
  bool escaped_ = false;       // the next byte of that string
  bool list_follows_ = false;  // the list's name and ':' were read
  bool list_found_ = false;

  ObjectEnd end_;
  PaddedText element_;
  bool complete_ = false;  // element_ holds a whole element
  std::size_t index_ = 0;
};

}  // namespace det::wire
