#pragma once

#include <cstdint>
#include <string>

namespace det::model {

// A checkpoint that a garbage collection would delete now, as the master says it.
struct PreviewedCheckpoint {
  std::string id;
  std::uint64_t size_bytes = 0;
};

}  // namespace det::model
