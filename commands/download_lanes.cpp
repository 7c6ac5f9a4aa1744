#include "commands/download_lanes.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "model/error.hpp"

namespace det::commands {
namespace {

constexpr std::size_t most_lanes = 3;
constexpr std::size_t connections_for_three = 6;

// Whether the disks have room for all; where they do not, whole ones are to come first.
bool all_have_room(const std::vector<Wanted>& wanted) {
  std::map<std::filesystem::path, std::uint64_t> bytes;
  for (const auto& one : wanted) bytes[one.target.parent_path()] += model::total_bytes(one.checkpoint);
  std::uint64_t most = 0;
  for (const auto& [folder, sum] : bytes) most += sum;
  return std::all_of(bytes.begin(), bytes.end(), [most](const auto& one) {
    std::error_code unknown;
    auto folder = std::filesystem::absolute(one.first, unknown);
    while (!std::filesystem::exists(folder, unknown) && folder.has_relative_path())
      folder = folder.parent_path();
    const auto room = std::filesystem::space(folder, unknown);
    return !unknown && room.available >= most;
  });
}

}  // namespace

std::size_t lanes_for(const std::vector<Wanted>& wanted, storage::Mode mode,
                      const storage::TransferLimits& limits) {
  std::set<std::filesystem::path> targets;
  for (const auto& one : wanted) targets.insert(one.target);
  const bool apart = targets.size() == wanted.size();
  if (!apart || limits.bytes_a_second > 0 || mode == storage::Mode::master) return 1;
  if (wanted.size() < 2 || !all_have_room(wanted)) return 1;
  const auto connections = static_cast<std::size_t>(limits.connections);
  return std::min({connections < connections_for_three ? 2 : most_lanes, wanted.size(), connections});
}

FoldersAbove::FoldersAbove(const std::vector<Wanted>& wanted) {
  std::set<std::filesystem::path> folders;
  for (const auto& one : wanted) folders.insert(one.target.parent_path());
  for (const auto& folder : folders) {
    try {
      made_.push_back(std::make_unique<storage::MadeFolders>(folder));
    } catch (const Error& error) {
      if (error.failure != Failure::local_disk) throw;
    }
  }
}

}  // namespace det::commands
