#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/gunzip.hpp"
#include "storage/store.hpp"

namespace det::storage {

// Files of a checkpoint that are to be packed, in this order; sizes are those of the moment they were listed.
struct Packed {
  std::shared_ptr<const Store> store;
  std::string folder;                        // of the store
  std::vector<model::CheckpointFile> files;  // relative to it; no folders
};

// Appends a part of a packed file. Throws Error{storage} when it is not there any more, or has become
// shorter.
void append_part(std::string& bytes, const Packed& packed, const model::CheckpointFile& file,
                 ByteRange range);

// How long tar_stream() will be.
std::uint64_t tar_size(const std::vector<model::CheckpointFile>& files);

// The files as a tar archive (POSIX.1-2001: ustar, and pax headers where a name or a size needs one), in
// pieces of at most 1 MiB: mode 0666, owner 0, time 0. A file that has changed its size throws as
// append_part() does.
Pieces tar_stream(Packed packed);

}  // namespace det::storage
