#pragma once

#include <cstdint>
#include <vector>

#include "http/cancellation.hpp"
#include "storage/digest.hpp"
#include "storage/file_proof.hpp"
#include "storage/page_buffer.hpp"
#include "storage/route.hpp"
#include "storage/staging.hpp"

namespace det::storage {

// Fills the files of one staging directory from regular files, by the cheapest way that the two file systems
// offer: sharing blocks; where nothing is to be hashed, copying inside the kernel; reading and writing. Keeps
// references to all arguments.
class Copier {
 public:
  Copier(const Staging& staging, Progress& progress, const http::Cancellation& cancellation);

  // Copies the open file `source`, and tells what that showed of its bytes: the digests that the options of
  // the staging directory want, or that its blocks are shared. Cancellation is checked at least every 16 MiB.
  // Throws Error: storage when the source cannot be read; local_disk, also where the whole download does not
  // fit; and what the cancellation throws. A source that is too short leaves the file so.
  FileProof copy(int source, StagedFile& file);

 private:
  using KernelCopy = std::int64_t (*)(int source, int destination, std::size_t bytes);

  bool clone(int source, StagedFile& file);
  std::uint64_t copy_by(KernelCopy step, bool& usable, int source, StagedFile& file, std::uint64_t left);
  std::vector<Digest> read_and_write(int source, StagedFile& file, std::uint64_t left);

  const Staging& staging_;
  Progress& progress_;
  const http::Cancellation& cancellation_;
  std::vector<DigestKind> digests_;
  PageBuffer buffer_;
  bool space_checked_ = false;
  // Until the file systems say that they cannot.
  bool may_clone_ = true;
  bool may_copy_ranges_ = true;
  bool may_send_ = true;
};

}  // namespace det::storage
