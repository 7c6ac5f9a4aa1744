#pragma once

#include <functional>
#include <string_view>

namespace det::commands {

class Arguments;
class Context;

// What a command does once its line is parsed. First use of network or disk is in here; --help never gets
// here.
using Action = std::function<void(Context&)>;

// Whether a command's plain line asks a master, so that it fails where none answers. What asks a master that
// the line itself started says nobody.
enum class Asks {
  undeclared,  // tests/conformance/tree_walk.py complains
  master,
  sometimes,  // with a certain flag, or it does not mind that none answers
  nobody,
};

// One command, as data. `attach` declares what the command takes and returns the action that reads it.
struct Command {
  std::string_view path;      // "experiment list-checkpoints"
  std::string_view aliases;   // of the last word, divided by blanks; may be empty
  std::string_view summary;   // one line of help, lower case
  std::string_view examples;  // lines to copy, each "det ...", divided by newlines
  Action (*attach)(Arguments& arguments);
  Asks asks = Asks::undeclared;
};

}  // namespace det::commands
