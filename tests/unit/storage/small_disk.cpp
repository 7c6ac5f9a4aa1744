#include "tests/unit/storage/small_disk.hpp"

#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace det::testing {

SmallDisk::SmallDisk(std::filesystem::path directory, std::uint64_t size_bytes)
    : directory_(std::move(directory)),
      mounted_(mount("det-test", directory_.c_str(), "tmpfs", 0,
                     ("size=" + std::to_string(size_bytes)).c_str()) == 0) {
  if (!mounted_)
    WARN("skipped, needs the right to mount: " << Catch::getResultCapture().getCurrentTestName());
}

SmallDisk::~SmallDisk() {
  if (mounted_) umount2(directory_.c_str(), MNT_DETACH);
}

void SmallDisk::make_read_only() const {
  if (mount("det-test", directory_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
    throw std::runtime_error("cannot make " + directory_.native() + " read-only");
  }
}

}  // namespace det::testing
