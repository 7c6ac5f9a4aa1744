#include "wire/padded_text.hpp"

#include <algorithm>
#include <cstring>

namespace det::wire {

void PaddedText::append(std::string_view text) {
  const std::size_t needed = size_ + text.size() + padding;
  if (needed > bytes_.size()) bytes_.resize(std::max(needed, 2 * bytes_.size()));
  if (!text.empty()) std::memcpy(bytes_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

}  // namespace det::wire
