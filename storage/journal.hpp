#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/descriptor.hpp"

namespace det::storage {

using FinishedFiles = std::unordered_map<std::string, std::uint64_t>;  // path to size

// Which staged files are complete, so that a run after a kill need not fetch them again: a file of NUL-ended
// records, after a first one that names the checkpoint and this boot of this machine. Nothing in it is synced
// to disk, so after a power failure it proves nothing, and the boot id no longer fits.
class Journal {
 public:
  // What an earlier run recorded at `path` for this checkpoint; empty when there is no such journal, and as
  // far as it is sound. Each file is to be checked against the disk.
  static FinishedFiles read(const std::filesystem::path& path, std::string_view checkpoint_id);

  // Begins the journal anew. Throws Error{local_disk}.
  Journal(const std::filesystem::path& path, std::string_view checkpoint_id);
  ~Journal();

  // Records a complete file. Written in batches: a kill may lose the last few small ones.
  void add(std::string_view path, std::uint64_t size_bytes);
  void flush() noexcept;

 private:
  Descriptor file_;
  std::string unwritten_;
  std::uint64_t unwritten_bytes_ = 0;
};

}  // namespace det::storage
