#include "tests/unit/commands/ran_command.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

namespace det::testing {

std::string ran(const commands::Command& command, std::vector<std::string> words, FakeContext& context) {
  CLI::App app;
  const auto action = command.attach(app);
  std::reverse(words.begin(), words.end());
  app.parse(words);
  action(context);
  return context.printed.str();
}

}  // namespace det::testing
