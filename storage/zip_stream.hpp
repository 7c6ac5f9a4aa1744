#pragma once

#include "storage/tar_stream.hpp"

namespace det::storage {

// The files as a zip archive (PKWARE's APPNOTE 6.3), compressed, each with its sizes behind it, with Zip64
// where they need it; mode 0666, time 1980-01-01. In pieces of about 1 MiB at most; throws as tar_stream()
// does.
Pieces zip_stream(Packed packed);

}  // namespace det::storage
