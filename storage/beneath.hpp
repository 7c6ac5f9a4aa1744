#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "storage/descriptor.hpp"

namespace det::storage {

// Whether a symbolic link on the way may be followed.
enum class Links {
  refused,
  inside,  // while it stays below the directory; only where the kernel has openat2, else refused
};

// Opens `path`, which require_relative() has passed, below `directory`, and never anything outside, however
// the tree changes meanwhile. Close-on-exec. Invalid on failure, and errno says why: ELOOP for a refused
// link, EXDEV for one that leads outside.
Descriptor open_beneath(int directory, const std::string& path, int flags, Links links, mode_t mode = 0);

// The same without openat2: part by part, no link followed. For kernels and sandboxes that lack it.
Descriptor open_part_by_part(int directory, std::string_view path, int flags, mode_t mode = 0);

// Makes `path` and what it lies in below `directory`; what exists stays. No link is followed. False on
// failure, and errno says why: ENOTDIR where a part exists and is no directory.
[[nodiscard]] bool make_folders_beneath(int directory, std::string_view path);

}  // namespace det::storage
