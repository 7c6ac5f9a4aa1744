#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "commands/context.hpp"

// Masters of this machine: where their data lies, and which of them run.
namespace det::commands::deploy {

// The folder of one cluster's data, log and state: $XDG_DATA_HOME/det/NAME, or ~/.local/share/det/NAME.
// Throws Error{usage} for a name that is no plain folder name.
std::filesystem::path cluster_folder(const Context& context, const std::string& cluster_name);

// A master that was started, as it is kept in the cluster's folder.
struct RunningMaster {
  pid_t pid = 0;
  std::uint64_t started =
      0;  // the kernel's start time of that process: another with the same pid is no master
  std::string url;
};

// Absent when none runs, also when a file of one that is gone lies there.
std::optional<RunningMaster> running_master(const std::filesystem::path& folder);

// Keeps that this process is the master. Throws Error{local_disk}.
void note_running(const std::filesystem::path& folder, const std::string& url);
void forget_running(const std::filesystem::path& folder);

// Whether the process still runs.
bool is_alive(const RunningMaster& master);

std::filesystem::path log_file(const std::filesystem::path& folder);

}  // namespace det::commands::deploy
