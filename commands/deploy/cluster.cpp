#include "commands/deploy/cluster.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model/error.hpp"

namespace det::commands::deploy {
namespace {

namespace fs = std::filesystem;

constexpr const char* state_name = "master.json";

// Field 22 of /proc/PID/stat, in ticks since the machine started; absent when there is no such process.
std::optional<std::uint64_t> start_time(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = line.rfind(')');  // the second field may hold anything
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  std::string field;
  rest >> field;
  if (field == "Z" || field == "X") return std::nullopt;  // dead, and nobody has asked for its status yet
  constexpr int fields_between = 18;
  for (int i = 0; i < fields_between; ++i) rest >> field;
  std::uint64_t ticks = 0;
  return rest >> ticks ? std::optional(ticks) : std::nullopt;
}

}  // namespace

fs::path cluster_folder(const Context& context, const std::string& cluster_name) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  const bool plain = !cluster_name.empty() && cluster_name.front() != '.' && cluster_name.size() < 100 &&
                     std::all_of(cluster_name.begin(), cluster_name.end(), is_plain);
  if (!plain) {
    throw Error(Failure::usage,
                "a cluster's name consists of letters, digits, '-', '_' and '.', not '" + cluster_name + "'");
  }
  if (const auto data = context.environment("XDG_DATA_HOME"); data && !data->empty())
    return fs::path(*data) / "det" / cluster_name;
  const auto home = context.environment("HOME");
  if (!home || home->empty()) throw Error(Failure::usage, "neither XDG_DATA_HOME nor HOME is set");
  return fs::path(*home) / ".local" / "share" / "det" / cluster_name;
}

std::optional<RunningMaster> running_master(const fs::path& folder) {
  std::ifstream file(folder / state_name);
  if (!file && (errno == EACCES || errno == EPERM))
    throw Error(Failure::permission, "the cluster in " + folder.string() + " belongs to someone else");
  auto state = nlohmann::json::parse(file, nullptr, false);
  if (!state.is_object() || !state["pid"].is_number_integer() || !state["started"].is_number_unsigned() ||
      !state["url"].is_string()) {
    return std::nullopt;
  }
  const RunningMaster master{.pid = state["pid"].get<pid_t>(),
                             .started = state["started"].get<std::uint64_t>(),
                             .url = state["url"].get<std::string>()};
  return is_alive(master) ? std::optional(master) : std::nullopt;
}

void note_running(const fs::path& folder, const std::string& url) {
  const nlohmann::json state{
      {"pid", ::getpid()}, {"started", start_time(::getpid()).value_or(0)}, {"url", url}};
  const auto temporary = folder / "master.json.new";
  std::ofstream file(temporary);
  file << state.dump() << '\n' << std::flush;
  std::error_code failed;
  if (file) fs::rename(temporary, folder / state_name, failed);
  if (!file || failed) throw Error(Failure::local_disk, "could not write " + (folder / state_name).string());
}

void forget_running(const fs::path& folder) {
  std::error_code ignored;  // a file of a master that is gone is no obstacle
  fs::remove(folder / state_name, ignored);
}

bool is_alive(const RunningMaster& master) {
  return master.pid > 0 && start_time(master.pid) == master.started;
}

fs::path log_file(const fs::path& folder) {
  return folder / "master.log";
}

}  // namespace det::commands::deploy
