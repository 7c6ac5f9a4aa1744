#pragma once

#include <string>

#include "http/transport.hpp"
#include "model/error.hpp"

namespace det::client {

// What an answer whose status is no success means, in the master's own words where it has any. Reads its
// body, up to 1 MiB. 401, 403: permission; 404: not_found; 408, 429, 502, 503, 504: unreachable, worth
// retrying; all others: master.
Error refusal(http::Response& answer);

// The same of a stream that fails after its answer has begun, by what it says then. status 0: none is known.
Error refusal(int status, const std::string& said);

}  // namespace det::client
