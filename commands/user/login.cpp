#include <fmt/format.h>

#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "commands/arguments.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/prompt.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

struct Options {
  std::optional<std::string> username;
  bool password_from_stdin = false;
};

std::string one_line(Context& context) {
  std::string line;
  std::getline(context.in(), line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string asked_username(Context& context) {
  if (context.globals().no_input) throw Error(Failure::usage, "a username is needed with --no-input");
  context.err() << "Username: " << std::flush;
  const auto name = one_line(context);
  if (name.empty()) throw Error(Failure::declined, "no username was given");
  return name;
}

void run(const Options& options, Context& context) {
  auto name = options.username.value_or("");
  if (name.empty()) name = context.globals().user.value_or("");
  if (name.empty()) name = asked_username(context);
  const auto password =
      options.password_from_stdin
          ? one_line(context)
          : ask_password(context, fmt::format("Password for user '{}': ", formatting::terminal_safe(name)));
  naming("failed to log in user", [&] { context.session({}).login(name, password); });
}

Action attach(Arguments& arguments) {
  auto options = std::make_shared<Options>();
  arguments.positional("username", options->username, "name of user to log in as")
      .completes(Completion::nothing);
  arguments.flag("--password-stdin", options->password_from_stdin,
                 "read the password from stdin, without a prompt");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command user_login{"user login",
                                          "",
                                          "log in user",
                                          "det user login alice\n"
                                          "det -m https://master.example.com user login alice\n"
                                          "det user login ci --password-stdin < password.txt",
                                          attach,
                                          Asks::master};

}  // namespace det::commands
