#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "storage/gunzip.hpp"

namespace det::storage {

// Cuts what is put into a store into parts of a size.
class UploadPieces {
 public:
  // `bytes` outlives it.
  explicit UploadPieces(const Pieces& bytes) : bytes_(bytes) {}

  // The next `size` bytes; fewer only at the end, and empty after it. Throws what the source throws.
  std::string take(std::size_t size);
  // Whether all has been taken; may have to look at the next piece.
  bool at_end();

 private:
  const Pieces& bytes_;
  std::string_view left_;  // of the piece that came last
  bool ended_ = false;
};

}  // namespace det::storage
