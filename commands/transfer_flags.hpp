#pragma once

#include <cstdint>
#include <string_view>

#include "commands/context.hpp"
#include "commands/download.hpp"
#include "storage/transfer_options.hpp"

namespace det::commands {

class Arguments;

// The flags that say which files are moved, how they are checked, and what that may take.
void add_transfer_flags(Arguments& arguments, DownloadOptions& options);

storage::TransferOptions transfer_options(const DownloadOptions& options);

// By the flags, else by DET_JOBS and DET_LIMIT_RATE. Throws Error{usage} where these make no sense.
storage::TransferLimits transfer_limits(const DownloadOptions& options, const Context& context);

// "200", "200k", "10M", "1G" as curl reads them: in bytes, a suffix stands for 1024, 1024 times 1024, and so
// on. Absent for anything else, and where it is too large.
std::optional<std::uint64_t> parse_rate(std::string_view text);

}  // namespace det::commands
