#pragma once

#include <memory>

#include "http/transport.hpp"

namespace det::client {

// Sends one request to a master. The Error of one that cannot be reached advises how another is named.
std::unique_ptr<http::Response> ask(http::Transport& transport, const http::Request& request);

}  // namespace det::client
