#pragma once

#include <functional>
#include <iosfwd>
#include <string>

namespace det::commands {

// Asks a master for what a command can do without. A refusal that concerns only this question is said on
// `err` in one line, which `without` begins; any other error is thrown on.
void ask_if_served(std::ostream& err, const std::string& without, const std::function<void()>& ask);

}  // namespace det::commands
