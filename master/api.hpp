#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "master/http_server.hpp"
#include "master/router.hpp"
#include "master/services.hpp"

namespace det::master {

// Everything that this master answers: finds the route, asks who it is, and turns what a handler throws into
// an answer. Requests whose Host is none of `hosts` ("127.0.0.1", "localhost"; the port does not matter) are
// refused: a page in a browser may have been led here under another name. `services` outlives the handler.
Handler api(Services& services, std::vector<std::string> hosts);

// How many bytes of body may follow that head: few for a login and for who shows no token, many for an
// experiment, which brings its model definition. Whether the token is any good is not looked up.
std::uint64_t body_limit(const Request& head);

}  // namespace det::master
