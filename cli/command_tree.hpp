#pragma once

#include <string>

namespace det::cli {

// Every noun and every command with all that is declared of it, as one JSON object: what `det __tree` prints,
// for tests.
//   nouns:    [{name, aliases, summary}]
//   commands: [{path, aliases, summary, examples, asks, arguments: [ARGUMENT]}]
//             asks: master, sometimes, nobody, null
//   global:   [ARGUMENT]
//   ARGUMENT: {kind, names, placeholder, help, required, takes_many, choices, completes}
//             kind: positional, option, flag; completes: null where it is not declared
std::string command_tree();

}  // namespace det::cli
