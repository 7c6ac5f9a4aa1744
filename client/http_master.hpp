#pragma once

#include <memory>

#include "client/master.hpp"
#include "client/session.hpp"
#include "http/transport.hpp"

namespace det::client {

// The master that `session` signs for, asked over `transport`. Keeps references to both.
std::unique_ptr<Master> http_master(http::Transport& transport, Session& session);

}  // namespace det::client
