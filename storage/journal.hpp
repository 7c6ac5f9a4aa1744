#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/descriptor.hpp"
#include "storage/file_proof.hpp"

namespace det::storage {

using FinishedFiles = std::unordered_map<std::string, std::uint64_t>;  // path to size

// A piece of a file that came whole.
struct FinishedRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string xxh3_128;  // of its bytes, in hexadecimal
  std::string version;   // of the object that it was read from, as its store says it
};

// What an earlier run left.
struct EarlierRun {
  FinishedFiles files = {};
  std::unordered_map<std::string, std::vector<FinishedRange>> ranges = {};  // by path, of unfinished files
  std::unordered_map<std::string, std::string> versions = {};  // by path, of the objects of finished files
  std::unordered_map<std::string, FileProof> proofs = {};      // by path, of finished files
};

// Which staged files and pieces of files are complete, so that a run after a kill need not fetch them again:
// a file of NUL-ended records, after a first one that names the checkpoint and this boot of this machine.
// Nothing in it is synced to disk, so after a power failure it proves nothing, and the boot id no longer
// fits.
class Journal {
 public:
  // What an earlier run recorded at `path` for this checkpoint; empty when there is no such journal, and as
  // far as it is sound. All of it is to be checked against the disk.
  static EarlierRun read(const std::filesystem::path& path, std::string_view checkpoint_id);

  // Begins the journal anew. Throws Error{local_disk}.
  Journal(const std::filesystem::path& path, std::string_view checkpoint_id);
  ~Journal();

  // Records a complete file. Written in batches: a kill may lose the last few small ones.
  void add(std::string_view path, std::uint64_t size_bytes);
  // Records a piece of a file that is not complete yet.
  void add(std::string_view path, const FinishedRange& range);
  // Records, before its file, of which version of an object that is.
  void add_version(std::string_view path, std::string_view version);
  // Records, before its file, what is known of its bytes; not that they are shared with another file.
  void add_proof(std::string_view path, const FileProof& proof);
  // Records that a file, or what there is of it, is worth nothing.
  void add_loss(std::string_view path);
  void flush() noexcept;
  // Forgets all that was recorded.
  void clear();

 private:
  void add_record(std::string_view text, std::uint64_t payload_bytes);

  Descriptor file_;
  std::string first_record_;
  std::string unwritten_;
  std::uint64_t unwritten_bytes_ = 0;
};

}  // namespace det::storage
