#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "http/cancellation.hpp"
#include "storage/descriptor.hpp"
#include "storage/gunzip.hpp"
#include "storage/tar_reader.hpp"

namespace det::storage {

// What an archive may hold at most.
struct ArchiveLimits {
  std::uint64_t bytes = 0;  // unpacked, headers included
  std::size_t entries = 0;
};

// The files of a tar archive in a hidden directory beside the place that they are meant for, which goes away
// with this object unless it was put there.
class UnpackedArchive {
 public:
  // Unpacks the stream; the folder of `target` is there. Throws Error: integrity for what TarReader refuses,
  // names that leave the directory, an entry that is there twice, and more than the limits; local_disk; what
  // `tar` and `cancellation` throw.
  UnpackedArchive(const std::filesystem::path& target, Pieces tar, const ArchiveLimits& limits,
                  const http::Cancellation& cancellation);
  ~UnpackedArchive();
  UnpackedArchive(const UnpackedArchive&) = delete;
  UnpackedArchive& operator=(const UnpackedArchive&) = delete;

  // Puts it in its place by one rename. A directory that is there already is left alone when it holds all
  // these files and folders, byte for byte; Error{held} when anything else is there.
  void put_in_place();

 private:
  void make_directory();
  void unpack(TarEntry entry, TarReader& archive);
  void write(const TarEntry& entry, TarReader& archive);
  void make_folder(const std::string& path) const;
  bool is_at_target() const;

  std::filesystem::path target_;
  Descriptor parent_;
  std::string name_;  // of the hidden directory; empty: there is none any more
  Descriptor directory_;
  std::vector<std::string> files_;
  std::vector<std::string> folders_;
};

}  // namespace det::storage
