#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace det::wire {

// Text that grows and is used again, with `padding` readable bytes after its end: the parser reads past it.
class PaddedText {
 public:
  static constexpr std::size_t padding = 64;

  PaddedText() = default;
  explicit PaddedText(std::string_view text) { append(text); }

  void append(std::string_view text);
  void clear() { size_ = 0; }

  std::string_view view() const { return {bytes_.data(), size_}; }
  std::size_t size() const { return size_; }

 private:
  std::vector<char> bytes_ = std::vector<char>(padding);
  std::size_t size_ = 0;
};

}  // namespace det::wire
