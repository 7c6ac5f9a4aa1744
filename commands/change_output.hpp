#pragma once

#include <string_view>

#include "model/json.hpp"

namespace det::commands {

class Context;

// What a command that has changed something prints: `sentence`, which must be terminal-safe, or with --json
// `document`.
void print_change(Context& context, std::string_view sentence, const model::Json& document);
// The same for a change of which the official client says nothing: without --json nothing is printed.
void print_change(Context& context, const model::Json& document);

}  // namespace det::commands
