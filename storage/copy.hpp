#pragma once

#include <cstdint>

#include "http/cancellation.hpp"
#include "storage/route.hpp"
#include "storage/staging.hpp"

namespace det::storage {

// Fills staged files from regular files, by the cheapest way that the two file systems offer: sharing blocks,
// copying inside the kernel, reading and writing. Keeps references to both arguments.
class Copier {
 public:
  Copier(Progress& progress, const http::Cancellation& cancellation);

  // Copies the open file `source`. Cancellation is checked at least every 16 MiB. Throws Error: storage when
  // the source cannot be read, local_disk, and what the cancellation throws. A source that is too short
  // leaves the file so.
  void copy(int source, StagedFile& file);

 private:
  bool clone(int source, StagedFile& file);
  std::uint64_t copy_in_kernel(int source, StagedFile& file);
  void read_and_write(int source, StagedFile& file, std::uint64_t left);

  Progress& progress_;
  const http::Cancellation& cancellation_;
  bool may_clone_ = true;  // until the file systems say that they cannot
};

}  // namespace det::storage
