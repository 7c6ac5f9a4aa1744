#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace det::storage {

// Where bytes come from: each call gives the next piece, valid until the next call; an empty one is the end.
using Pieces = std::function<std::string_view()>;

// The decompressed bytes of the gzip stream (RFC 1952) that `compressed` delivers; several members one after
// another are one stream. Memory is bounded. Its calls throw what `compressed` throws, and Error{integrity}
// for bytes that are no gzip, a wrong checksum or length, an early end, and anything after the last member.
Pieces gunzip(Pieces compressed);

}  // namespace det::storage
