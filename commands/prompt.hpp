#pragma once

#include <string>
#include <string_view>

namespace det::commands {

class Context;

// Puts a question to whoever runs the command, on stderr, followed by " [y/n]: ", and returns whether the
// answer was yes. y, yes, n and no are answers, in any case; after anything else it asks again, as the
// official tool does. `question` must be terminal-safe. Throws Error{declined} under --no-input, which never
// reads, and at the end of input.
bool confirm(Context& context, std::string_view question);

// For a command that works before it asks. Throws Error{declined} under --no-input: `what` ("the deletion")
// needs a confirmation; `next` is the line to copy.
void require_input(const Context& context, std::string_view what, std::string next = "--yes confirms");

// One line of input without its end. On a terminal nothing of it is shown. Throws as confirm does.
std::string ask_password(Context& context, std::string_view prompt);

}  // namespace det::commands
