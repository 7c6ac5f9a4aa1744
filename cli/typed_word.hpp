#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "commands/context.hpp"
#include "commands/declaration.hpp"

namespace det::cli {

// A value that stands on the line, and what it is.
struct GivenValue {
  commands::Declaration argument;
  std::string value;
};

// The word at the end of a line that is being typed: what may stand there, and what the line says before it.
struct TypedWord {
  enum class Kind { nothing, command, flag, value };

  Kind kind = Kind::nothing;
  std::string noun = {};                               // of a command: the noun that it stands below
  std::vector<commands::Declaration> flags = {};       // that the line takes
  std::optional<commands::Declaration> argument = {};  // of a value
  std::string kept = {};   // how the word begins and stays: "--sort-by=", "12,13,"
  std::string begun = {};  // the rest of it: what a candidate begins with
  std::vector<GivenValue> given = {};
  std::vector<std::string> global_flags = {};  // as parse_globals() takes them
};

// `line` is everything after "det"; its last word, which may be empty, is the one being typed. Throws nothing
// of its own: where a line makes no sense, nothing may stand.
TypedWord typed_word(const std::vector<std::string>& line);

// A word as a shell reads it: quotes and backslashes resolved, an open quote closed. Nothing is expanded.
std::string without_quotes(const std::string& word);

}  // namespace det::cli
