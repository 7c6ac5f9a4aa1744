#pragma once

#include "http/cancellation.hpp"
#include "storage/archive_route.hpp"
#include "storage/gunzip.hpp"

namespace det::storage {

// The tar stream of the archive that `open` asks for: plain, or where the master packs none of that kind
// unpacked from tar.gz. Its calls throw what `open`, the answer, gunzip() and `cancellation` throw.
Pieces archive_bytes(const ArchiveOpener& open, const http::Cancellation& cancellation);

}  // namespace det::storage
