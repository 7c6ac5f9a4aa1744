#pragma once

#include <string>
#include <string_view>

namespace det::client {

// A master's address in the official client's canonical form: scheme, host, explicit port, no trailing slash;
// a path is kept. No scheme: http and port 8080; http:// without a port: 80; https://: 443. Throws
// Error{usage} for other schemes, an empty host, a port that is none, user names, queries, fragments, blanks
// and control characters.
std::string canonical_address(std::string_view text);

}  // namespace det::client
