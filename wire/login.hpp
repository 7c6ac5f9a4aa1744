#pragma once

#include <string>
#include <string_view>

namespace det::wire {

// The body of POST /api/v1/auth/login; `hashed_password` as hashed_password.hpp says.
std::string encode_login(const std::string& username, const std::string& hashed_password);

// The token that a login was answered with. Throws Error{master} for an answer without a token, or with one
// that could not stand in a header.
std::string decode_login(std::string_view answer);

}  // namespace det::wire
