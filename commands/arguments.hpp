#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace det::commands {

// What is wrong with a text as a value, "it takes a number, not 'x'"; empty when nothing is.
using Complaint = std::string (*)(const std::string& text);

// An option as declared, and what more is asked of it.
class Argument {
 public:
  explicit Argument(CLI::Option& option) : option_(&option) {}

  Argument required();
  // A list takes one word each time its flag is given, instead of all words that follow it.
  Argument one_word_each();
  // Which values it takes. Refusals say so; with one_of and between, help does, too.
  Argument one_of(std::initializer_list<const char*> words);
  Argument between(int least, int most);
  Argument at_least(int least);
  Argument check(Complaint complaint);

 private:
  CLI::Option* option_;
};

// Where a command declares which arguments its line takes. CLI11 stands behind it, in one source only,
// because every source that includes CLI11 compiles all of it again. What an argument is read `into`, once
// the whole line is parsed, must live until then; it keeps its value when the argument is not given. Help
// shows arguments in the order of declaration.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}

  // Words without a flag: one, or for a list all that are left. Required, unless read into an optional.
  void positional(std::string_view name, std::string& into, std::string_view help);
  void positional(std::string_view name, std::optional<std::string>& into, std::string_view help);
  void positional(std::string_view name, std::vector<std::string>& into, std::string_view help);

  // A flag with a value, which help calls `placeholder`. names: "-o,--output-dir".
  Argument option(std::string_view names, std::string& into, std::string_view placeholder,
                  std::string_view help);
  Argument option(std::string_view names, std::optional<std::string>& into, std::string_view placeholder,
                  std::string_view help);
  Argument option(std::string_view names, std::vector<std::string>& into, std::string_view placeholder,
                  std::string_view help);
  Argument option(std::string_view names, int& into, std::string_view placeholder, std::string_view help);
  Argument option(std::string_view names, std::optional<int>& into, std::string_view placeholder,
                  std::string_view help);
  Argument option(std::string_view names, std::optional<double>& into, std::string_view placeholder,
                  std::string_view help);
  Argument option(std::string_view names, const std::function<void(const std::string&)>& into,
                  std::string_view placeholder, std::string_view help);

  // A flag without a value.
  void flag(std::string_view names, bool& into, std::string_view help);
  void flag(std::string_view names, const std::function<void()>& when_given, std::string_view help);

 private:
  CLI::App& app_;
};

}  // namespace det::commands
