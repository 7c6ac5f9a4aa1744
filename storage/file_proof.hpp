#pragma once

#include <optional>
#include <vector>

#include "storage/digest.hpp"

namespace det::storage {

// What is known of the bytes of a staged file, beside their number.
struct FileProof {
  std::vector<Digest> digests = {};                  // computed over them as they came
  std::optional<DigestKind> checked = std::nullopt;  // the one that the source stated, and that they match
  bool cloned = false;                               // they are its source's blocks, shared and not read
};

}  // namespace det::storage
