#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"

namespace det::commands {

// "12", "http(s)://HOST:PORT#12", or an experiment in another source: "dir:PATH", whose id is PATH. Throws
// Error{usage} for anything else; `what` names the thing: "experiment".
Reference parse_reference(const std::string& text, const std::string& what, const Globals& globals);

// An id of the current source: digits only where it is a master. Throws Error{usage}.
std::string parse_id(const std::string& text, const std::string& what, const Globals& globals);

// The path in "dir:PATH"; absent for another source's URI. Throws Error{usage} when it is empty.
std::optional<std::string> named_directory(const std::string& uri);

// Whether a reference's source is a master.
bool is_of_master(const Reference& reference, const Globals& globals);

}  // namespace det::commands
