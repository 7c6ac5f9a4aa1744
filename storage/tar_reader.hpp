#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/gunzip.hpp"

namespace det::storage {

enum class TarEntryKind { file, folder };

struct TarEntry {
  TarEntryKind kind = TarEntryKind::file;
  std::string path;  // as it stands there, unchecked; a folder without the closing '/'
  std::uint64_t size_bytes = 0;
  bool is_executable = false;  // by its owner
};

// Reads a tar stream (ustar, pax or GNU names) entry by entry, with bounded memory. Stricter than tar itself:
// only files and folders, and nothing is taken on trust about the end. Its calls throw what `bytes` throws,
// and Error{integrity} for links, devices and fifos, files with holes or of another length than their header
// says, headers that are damaged, an early end, an end without two blocks of zeros, and anything but zeros
// after them.
class TarReader {
 public:
  explicit TarReader(Pieces bytes);
  ~TarReader();

  // The next entry; absent after a proper end. What was not read of the entry before is skipped.
  std::optional<TarEntry> next();
  // The next piece of the entry's contents, valid until the next call; empty at its end.
  std::string_view read();

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace det::storage
