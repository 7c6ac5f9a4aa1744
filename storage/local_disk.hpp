#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "model/error.hpp"

namespace det::storage {

// The Error{local_disk} for a call that failed with `error_number`: "cannot write /x/y: the disk is full".
// `doing` is what was tried, without "cannot".
Error local_disk_error(std::string_view doing, int error_number);

// Why a call failed, in words: "permission denied", "the disk is full".
std::string reason(int error_number);

// Throws Error{local_disk} when the file system that holds `directory` has fewer than `bytes` free for this
// user.
void require_free_space(const std::filesystem::path& directory, std::uint64_t bytes);

}  // namespace det::storage
