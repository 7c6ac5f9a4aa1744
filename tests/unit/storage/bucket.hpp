#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "storage/download.hpp"
#include "storage/transfer_options.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/unit/storage/played_objects.hpp"
#include "tests/unit/storage/scene.hpp"

namespace det::testing {

inline constexpr std::size_t mebi = std::size_t{1} << 20U;

// Bytes that differ from one place to the next.
std::string noise(std::size_t size, unsigned seed);

// A checkpoint in a bucket.
class Bucket {
 public:
  // A file of the checkpoint, on its list and in the bucket.
  void add(const std::string& path, std::string bytes);
  storage::Outcome download(storage::TransferLimits limits = {});
  std::string at_target(const std::string& path) const { return read_file(scene.target / path); }
  // Where a download under way has it.
  std::filesystem::path staged(const std::string& path) const;

  Scene scene;
  PlayedObjects objects;

 private:
  NeverCancelled never_cancelled_;
};

}  // namespace det::testing
