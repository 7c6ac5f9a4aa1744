#pragma once

#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/declaration.hpp"

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
  Argument(CLI::Option& option, Declaration& declaration) : option_(&option), declaration_(&declaration) {}

  // What completion offers for it. Whatever is read into a text needs this, or a set of words.
  Argument completes(Completion completion);
  Argument required();
  // A list takes one word each time its flag is given, instead of all words that follow it.
  Argument one_word_each();
  // Which values it takes. Refusals say so; with one_of and between, help does, too.
  Argument one_of(std::initializer_list<const char*> words);
  Argument between(int least, int most);
  Argument at_least(int least);
  Argument check(Complaint complaint);
  // Words that completion offers; others are taken, too.
  Argument offers(std::initializer_list<const char*> words);

 private:
  CLI::Option* option_;
  Declaration* declaration_;
};

// Where a command declares which arguments its line takes. CLI11 stands behind it, in one source only,
// because every source that includes CLI11 compiles all of it again. What an argument is read `into`, once
// the whole line is parsed, must live until then; it keeps its value when the argument is not given. Help
// shows arguments in the order of declaration.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}

  // Words without a flag: one, or for a list all that are left. Required, unless read into an optional.
  Argument positional(std::string_view name, std::string& into, std::string_view help);
  Argument positional(std::string_view name, std::optional<std::string>& into, std::string_view help);
  Argument positional(std::string_view name, std::vector<std::string>& into, std::string_view help);

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

  // The flag that asks for help instead.
  void help_flag(std::string_view names, std::string_view help);

  // All that were declared, in this order.
  const std::deque<Declaration>& declared() const { return declared_; }

 private:
  Declaration& declare(Declaration::Kind kind, std::string_view names, std::string_view help);
  template <typename Value>
  Argument add(Declaration::Kind kind, std::string_view names, Value& into, std::string_view placeholder,
               std::string_view help);

  CLI::App& app_;
  std::deque<Declaration> declared_;  // whose elements stay where they are
};

}  // namespace det::commands
