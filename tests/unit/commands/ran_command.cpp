#include "tests/unit/commands/ran_command.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <utility>

#include "model/error.hpp"

namespace det::testing {

void read_words(std::vector<std::string> words, const std::function<void(commands::Arguments&)>& declare) {
  CLI::App app;
  commands::Arguments arguments(app);
  declare(arguments);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    throw Error(Failure::usage, error.what());
  }
}

std::string ran(const commands::Command& command, std::vector<std::string> words, FakeContext& context) {
  commands::Action action;
  read_words(std::move(words), [&](commands::Arguments& arguments) { action = command.attach(arguments); });
  action(context);
  return context.printed.str();
}

}  // namespace det::testing
