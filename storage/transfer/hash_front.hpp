#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "storage/digest.hpp"
#include "storage/transfer/incoming_file.hpp"

namespace det::storage {

// Computes the digests of a file whose pieces come in any order: reads what is there from its beginning on
// without a gap, a slice at a time.
class HashFront {
 public:
  HashFront(IncomingFile& file, const std::vector<DigestKind>& kinds) : file_(file), hasher_(kinds) {}

  // A piece lies in the file now.
  void add_piece(std::uint64_t offset, std::uint64_t length) { pieces_[offset] = length; }
  // Reads and hashes one slice. False: there is none at the front yet. Throws Error{local_disk}.
  bool advance();
  bool finished() const { return front_ == file_.wanted().size_bytes; }
  // Once, when finished.
  std::vector<Digest> digests() { return hasher_.finish(); }

 private:
  IncomingFile& file_;
  Hasher hasher_;
  std::map<std::uint64_t, std::uint64_t> pieces_;  // offset to length, behind the front
  std::uint64_t front_ = 0;                        // all before it is hashed
  std::uint64_t there_ = 0;                        // all before it is there
};

}  // namespace det::storage
