#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "wire/object_end.hpp"
#include "wire/padded_text.hpp"
#include "wire/place.hpp"

namespace det::wire {

// Cuts JSON objects that follow each other, {"result": ...} {"result": ...}, as the streaming calls of a
// gateway send them, out of pieces that break anywhere. Holds one object at a time. Throws Error{master} for
// everything that is no such stream, and for an object of more than 16 MiB; an object's own text is judged by
// whoever decodes it.
class ObjectStream {
 public:
  // Takes one object, valid until it returns, and where it stands. False stops the stream.
  using Take = std::function<bool(const PaddedText& object, const Place& place)>;

  // Reads the next piece. False: the stream was stopped, and nothing more is to be read.
  bool feed(std::string_view piece, const Take& take);
  // After the last piece.
  void finish() const;

 private:
  Place place() const;

  ObjectEnd end_;
  PaddedText object_;
  std::size_t index_ = 0;
};

}  // namespace det::wire
