#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "commands/prompt.hpp"
#include "commands/registry_entries.hpp"
#include "formatting/values.hpp"

namespace det::commands {
namespace {

struct Options {
  std::string username;
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
  auto name = options.username.empty() ? context.globals().user.value_or("") : options.username;
  if (name.empty()) name = asked_username(context);
  const auto password =
      options.password_from_stdin
          ? one_line(context)
          : ask_password(context, fmt::format("Password for user '{}': ", formatting::terminal_safe(name)));
  naming("failed to log in user", [&] { context.session({}).login(name, password); });
}

Action attach(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("username", options->username, "name of user to log in as")->type_name("");
  app.add_flag("--password-stdin", options->password_from_stdin,
               "read the password from stdin, without a prompt");
  return [options](Context& context) { run(*options, context); };
}

}  // namespace

extern constinit const Command user_login{"user login", "", "log in user",
                                          "det user login alice\n"
                                          "det -m https://master.example.com user login alice\n"
                                          "det user login ci --password-stdin < password.txt",
                                          attach};

}  // namespace det::commands
