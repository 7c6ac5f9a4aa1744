#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "storage/digest.hpp"
#include "storage/receipt.hpp"
#include "storage/route.hpp"

namespace det::storage {

// What is wrong with one file, in words that follow its name: "is missing", "has 12 bytes, the receipt says
// 24".
struct Fault {
  std::string path;
  std::string what;
};

// What a comparison of a directory with its receipt has found.
struct Verification {
  std::size_t files = 0;           // that the receipt names
  std::uint64_t bytes = 0;         // of these
  std::size_t hashed = 0;          // of these: read, and compared with every digest that is known
  std::vector<Fault> faults;       // at most one a file
  std::vector<std::string> extra;  // files that lie there and are not of the checkpoint, sorted
};

// Compares the files in `directory` with its receipt: that each is there, its size, and its bytes where the
// receipt or `stated` has a digest of them. Each is read once at most, and no link is followed. Nothing is
// changed. A file that cannot be read is a fault. Throws only what the cancellation throws, and
// Error{local_disk} when the directory cannot be opened.
Verification verify(const std::filesystem::path& directory, const Receipt& receipt,
                    const StatedDigests& stated, Progress& progress, const http::Cancellation& cancellation);

// How what a source lists now differs from what the receipt names: in names and sizes, by the receipt's
// order, then the list's.
std::vector<Fault> differences(const Receipt& receipt, const std::vector<model::CheckpointFile>& listed);

}  // namespace det::storage
