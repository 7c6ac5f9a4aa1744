#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command.hpp"
#include "commands/context.hpp"
#include "commands/declaration.hpp"

namespace det::cli {

// Which command a line names, found by its words alone: nothing is parsed yet.
struct Route {
  const commands::Command* command = nullptr;  // null: the line stops at a noun, or names nothing
  std::string noun;                            // how far it came: "", "experiment", "experiment set"
  std::string unknown;                 // the word that names no command; empty when the line just ended
  std::vector<std::string> arguments;  // everything but the command's words, in order
  // The --source that stands before the command's word: the global one, also of `trial logs`, which has a
  // --source of its own.
  std::optional<std::string> source;
};

// Flags may stand anywhere, so words are found past them. Throws nothing.
Route route(const std::vector<std::string>& line);

enum class Request { run, help, version };

struct Parsed {
  Request request = Request::run;
  commands::Globals globals;
  commands::Action action;  // set when request is run
};

// Parses the arguments of one command, global ones included. Unambiguous prefixes of long flags are accepted.
// Throws Error{usage}: a sentence, with near matches of an unknown flag.
Parsed parse(const commands::Command& command, const std::vector<std::string>& arguments);

// The same for a line without a command: only global flags may stand there.
Parsed parse_globals(const std::vector<std::string>& arguments);

// What a command's line takes, as data.
struct DeclaredArguments {
  std::vector<commands::Declaration> own;
  std::vector<commands::Declaration> global;
};

// Of a line without a command where `command` is null.
DeclaredArguments declared_arguments(const commands::Command* command);

// Help of one command: usage, arguments, flags, examples.
std::string command_help(const commands::Command& command);

}  // namespace det::cli
