#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

#include "storage/digest.hpp"
#include "storage/transfer/incoming_file.hpp"

namespace det::storage {

// Computes the digests of a file whose pieces come in any order. The front is where its bytes are hashed up
// to: those that arrive there are hashed as they come, the others are read from the file once the front has
// reached them. What was told of must not be written again. Any thread may call anything but digests().
class HashFront {
 public:
  HashFront(IncomingFile& file, const std::vector<DigestKind>& kinds);

  // These bytes lie in the file at `offset` now.
  void arrived(std::uint64_t offset, std::string_view bytes);
  // The same of bytes that are not at hand.
  void found(std::uint64_t offset, std::uint64_t length);
  // Reads and hashes one slice. False: there is none at the front yet, or a thread hashes what arrives there.
  // Throws Error{local_disk}.
  bool advance();
  bool finished() const;
  // Once, when finished.
  std::vector<Digest> digests() { return hasher_.finish(); }

 private:
  void add_piece(std::uint64_t offset, std::uint64_t length);
  std::uint64_t hash_from_file(std::uint64_t offset, std::uint64_t length);

  IncomingFile& file_;
  const bool as_they_come_;
  mutable std::mutex mutex_;
  bool busy_ = false;  // a thread uses the hasher, without the mutex
  Hasher hasher_;
  std::uint64_t front_ = 0;
  std::map<std::uint64_t, std::uint64_t> pieces_;  // from begin to end: there, but not hashed
};

}  // namespace det::storage
