#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/json.hpp"

namespace det::wire {

struct Named {
  std::string id;
  std::string name;
};

// The list in an answer of GET workspaces ("workspaces") or GET workspaces/W/projects ("projects"). Throws
// Error{master} for what is no such answer.
std::vector<Named> decode_named(const model::Json& answer, std::string_view list);

// The id in the answer of GET workspaces/W.
std::string decode_workspace_id(const model::Json& answer);

}  // namespace det::wire
