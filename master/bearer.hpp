#pragma once

#include <string>

#include "master/http_server.hpp"

namespace det::master {

// The token that signs a request: of `Authorization: Bearer TOKEN`, or of the header that tasks send theirs
// in. Throws Error{permission} when there is none.
std::string bearer_token(const Request& request);

}  // namespace det::master
