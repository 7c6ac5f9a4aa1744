#pragma once

#include <string>
#include <string_view>

namespace det::wire {

// The body of POST /api/v1/auth/login. `hashed_password` is what the official client sends: see
// client/session.cpp.
std::string encode_login(const std::string& username, const std::string& hashed_password);

// What a login answers.
struct LoggedIn {
  std::string token;
  std::string username;
};
// Throws Error{master} for an answer without a token.
LoggedIn decode_login(std::string_view answer);

}  // namespace det::wire
