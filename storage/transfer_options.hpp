#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace det::storage {

// How far the bytes of a download are checked, beyond their number, which always is.
enum class Verify {
  size,  // no further: nothing is hashed
  full,  // by the digest that the source states; and every file gets its own for the receipt
  hash,  // the same, and what lies at the target already is read and compared with the receipt
};

// What one download was asked to do beyond the ordinary.
struct TransferOptions {
  Verify verify = Verify::full;
  bool sha256 = false;  // also this digest of every file, and a SHA256SUMS of all
  bool sync = true;     // the bytes are on the disk before the receipt is
  bool force = false;   // a target that holds something else is taken all the same
  // Globs over paths relative to the checkpoint, as in storage/glob.hpp. Empty `include`: every file.
  std::vector<std::string> include = {};
  std::vector<std::string> exclude = {};
};

// What a download may take of the network.
struct TransferLimits {
  int connections = 16;              // at most, all together
  std::uint64_t bytes_a_second = 0;  // 0: as fast as it goes

  bool operator==(const TransferLimits&) const = default;
};

}  // namespace det::storage
