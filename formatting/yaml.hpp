#pragma once

#include <string>

#include "model/json.hpp"

namespace det::formatting {

// A tree as a YAML 1.2 document in block style, as the official tool dumps it (ruamel.yaml 0.19, safe,
// default_flow_style false): keys sorted by code point, text quoted only where it would read as something
// else, folded beyond 80 columns. Unlike there, everything that terminal_safe makes visible is escaped, too.
// Bytes that are not UTF-8 become U+FFFD. Ends with a newline. A tree of more than 1000 levels throws
// Error(Failure::master).
std::string yaml_text(const model::Json& tree);

}  // namespace det::formatting
