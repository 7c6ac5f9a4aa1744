#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/deploy/cluster.hpp"
#include "commands/gc_wait.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

using std::chrono::milliseconds;

struct Options {
  std::string cluster_name = "determined";
  bool delete_db = false;
};

bool ends_within(const deploy::RunningMaster& master, milliseconds time, const Pause& pause) {
  constexpr milliseconds step{20};
  for (milliseconds waited{0}; waited < time; waited += step) {
    if (!deploy::is_alive(master)) return true;
    pause(step);
  }
  return !deploy::is_alive(master);
}

void stop(const deploy::RunningMaster& master, const Pause& pause) {
  constexpr milliseconds grace{15'000};
  if (::kill(master.pid, SIGTERM) != 0 && deploy::is_alive(master))
    throw Error(Failure::permission, fmt::format("process {} belongs to someone else", master.pid));
  if (ends_within(master, grace, pause)) return;
  ::kill(master.pid, SIGKILL);
  if (!ends_within(master, grace, pause))
    throw Error(Failure::awaited_failed, fmt::format("process {} does not end", master.pid));
}

void delete_catalogue(const std::filesystem::path& folder) {
  for (const auto* name : {"catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"}) {
    std::error_code failed;
    std::filesystem::remove(folder / name, failed);
    if (failed)
      throw Error(Failure::local_disk,
                  "could not remove " + (folder / name).string() + ": " + failed.message());
  }
}

void run(const Options& options, Context& context) {
  const auto folder = deploy::cluster_folder(context, options.cluster_name);
  naming("failed to stop the master", [&] {
    if (const auto master = deploy::running_master(folder)) {
      stop(*master, real_pause(context));
      context.out() << "The master at " << master->url << " has stopped\n";
    } else {
      context.err() << "no master of cluster " << options.cluster_name << " runs\n";
    }
    deploy::forget_running(folder);
    if (!options.delete_db) return;
    delete_catalogue(folder);
    context.out() << "Its catalogue is deleted; checkpoints stay where they are\n";
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .option("--cluster-name", options->cluster_name, "NAME", "which cluster's master (default: determined)")
      .completes(Completion::nothing);
  arguments.flag("--delete-db", options->delete_db,
                 "remove its catalogue, too: experiments, users, sessions");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command deploy_local_cluster_down{
    "deploy local cluster-down",
    "",
    "stop the master of this machine",
    "det deploy local cluster-down\n"
    "det deploy local cluster-down --cluster-name second",
    attach,
    Asks::nobody};

}  // namespace det::commands
