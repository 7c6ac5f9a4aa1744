#include <memory>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

struct Options {
  bool all = false;
};

void run(const Options& options, Context& context) {
  naming("failed to log out", [&] {
    auto& session = context.session({});
    return options.all ? session.logout_all() : session.logout();
  });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.flag("-a,--all", options->all, "log out of every user that this computer knows for the master");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command user_logout{"user logout",
                                           "",
                                           "log out user",
                                           "det user logout\n"
                                           "det -u alice user logout\n"
                                           "det user logout --all",
                                           attach,
                                           Asks::sometimes};

}  // namespace det::commands
