#pragma once

#include <cstdint>
#include <filesystem>

namespace det::testing {

// A file system of few bytes in memory, mounted on a directory; unmounted with it. Where this process may not
// mount, a warning says which test it leaves out.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path directory, std::uint64_t size_bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  void make_read_only() const;

 private:
  std::filesystem::path directory_;
  bool mounted_;
};

}  // namespace det::testing
