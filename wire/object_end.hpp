#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace det::wire {

// Finds where a JSON object that arrives in pieces ends, by counting brackets outside strings. What is
// between them is not judged.
class ObjectEnd {
 public:
  // Reads the next piece; the first one begins with the opening bracket. Returns how many of its bytes belong
  // to the object when it ends here, absent when it goes on. After an end, the next piece begins a new
  // object.
  std::optional<std::size_t> within(std::string_view piece);

 private:
  std::optional<std::size_t> within_block(const char* block, std::size_t used);
  std::uint64_t escaped(std::uint64_t backslashes, std::size_t used);

  std::int64_t depth_ = 0;
  std::uint64_t in_string_ = 0;  // all ones where the last block ended inside a string
  bool escapes_next_ = false;    // the last block ended in an unescaped backslash
};

}  // namespace det::wire
