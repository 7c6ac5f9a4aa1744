#pragma once

#include <string>

#include "commands/context.hpp"

namespace det::commands {

// "12", or "http(s)://HOST:PORT#12". Throws Error{usage} for anything else; `what` names the thing:
// "experiment".
Reference parse_reference(const std::string& text, const std::string& what);

// An id of the current master: digits only. Throws Error{usage}.
std::string parse_id(const std::string& text, const std::string& what);

}  // namespace det::commands
