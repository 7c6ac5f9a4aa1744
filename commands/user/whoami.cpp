#include <ostream>

#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

model::Json user_json(const model::User& user) {
  return {{"id", user.id.empty() ? model::Json() : model::Json::parse(user.id, nullptr, false)},
          {"username", user.username},
          {"display_name", user.display_name},
          {"admin", user.admin},
          {"active", user.active}};
}

void run(Context& context) {
  const auto user = naming("failed to print the active user", [&] { return context.master({}).me(); });
  if (context.globals().json) {
    context.out() << formatting::json_text(user_json(user)) << '\n';
  } else {
    context.out() << "You are logged in as user '" << formatting::terminal_safe(user.username) << "'\n";
  }
}

Action attach(Arguments&) {
  return run;
}

}  // namespace

extern constinit const Command user_whoami{"user whoami",
                                           "",
                                           "print the active user",
                                           "det user whoami\n"
                                           "det -m https://master.example.com user whoami --json",
                                           attach,
                                           Asks::master};

}  // namespace det::commands
