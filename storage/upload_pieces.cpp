#include "storage/upload_pieces.hpp"

#include <algorithm>

namespace det::storage {

std::string UploadPieces::take(std::size_t size) {
  std::string part;
  while (part.size() < size && !at_end()) {
    const auto piece = left_.substr(0, std::min(left_.size(), size - part.size()));
    part.append(piece);
    left_.remove_prefix(piece.size());
  }
  return part;
}

bool UploadPieces::at_end() {
  if (left_.empty() && !ended_) {
    left_ = bytes_();
    ended_ = left_.empty();
  }
  return ended_;
}

}  // namespace det::storage
