#pragma once

#include <string_view>

#include "http/cancellation.hpp"
#include "storage/route.hpp"
#include "storage/staging.hpp"

namespace det::storage {

// Fills `file` from the open regular file `source`, by the cheapest way that the file systems offer: sharing
// its blocks, copying inside the kernel, reading and writing. Cancellation is checked at least every 16 MiB.
// Throws Error: storage when the source cannot be read, integrity when it ends early, local_disk.
void copy_contents(int source, StagedFile& file, Progress& progress, const http::Cancellation& cancellation);

}  // namespace det::storage
