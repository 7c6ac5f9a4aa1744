#include <sys/stat.h>

#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <ostream>

#include "commands/arguments.hpp"
#include "commands/deploy/cluster.hpp"
#include "commands/gc_wait.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string cluster_name = "determined";
  bool no_follow = false;
};

// 0: there is no such file at the moment.
ino_t inode_of(const std::filesystem::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_ino : 0;
}

// Prints the lines that are whole; returns whether there were any.
bool print_lines(std::ifstream& file, std::ostream& out) {
  bool any = false;
  std::string line;
  while (true) {
    const auto begin = file.tellg();
    if (!std::getline(file, line)) break;
    if (file.eof()) {  // its end is still to come
      file.clear();
      file.seekg(begin);
      return any;
    }
    out << formatting::terminal_safe(line) << '\n';
    any = true;
  }
  file.clear();
  return any;
}

void run(const Options& options, Context& context) {
  const auto folder = deploy::cluster_folder(context, options.cluster_name);
  const auto path = deploy::log_file(folder);
  std::ifstream file(path);
  auto inode = inode_of(path);
  if (!file) {
    throw Error(Failure::not_found, "cluster " + options.cluster_name + " has no log yet")
        .advising("det deploy local cluster-up");
  }
  const auto pause = real_pause(context);
  while (true) {
    if (print_lines(file, context.out())) context.out() << std::flush;
    if (inode_of(path) != inode) {  // it has become an older file, and another has begun
      inode = inode_of(path);
      file = std::ifstream(path);
      continue;
    }
    if (options.no_follow || !deploy::running_master(folder)) return;
    pause(std::chrono::milliseconds{200});
  }
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .option("--cluster-name", options->cluster_name, "NAME", "which cluster's master (default: determined)")
      .completes(Completion::nothing);
  arguments.flag("--no-follow", options->no_follow, "print what is there, and end");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command deploy_local_logs{"deploy local logs",
                                                 "",
                                                 "print the log of this machine's master",
                                                 "det deploy local logs\n"
                                                 "det deploy local logs --no-follow",
                                                 attach,
                                                 Asks::nobody};

}  // namespace det::commands
