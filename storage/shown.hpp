#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "storage/route.hpp"

namespace det::storage {

// Tells Progress of the begin of some work and, however it comes, of its end.
class Shown {
 public:
  Shown(Progress& progress, const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes)
      : progress_(progress) {
    progress_.started(checkpoint_id, files, bytes);
  }
  ~Shown() { progress_.finished(); }
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;

 private:
  Progress& progress_;
};

}  // namespace det::storage
