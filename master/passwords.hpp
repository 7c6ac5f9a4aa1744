#pragma once

#include <string>
#include <string_view>

namespace det::master {

// yescrypt of libcrypt with a fresh salt: "$y$...". `secret` is what clients send for a password
// (wire/login.hpp's hashed_password). Costs some ten milliseconds and some MiB, on purpose. Throws
// Error{unclassified} when the system has no such hash.
std::string password_hash(const std::string& secret);

// Compares in constant time. An empty `hash`, of an unknown user, costs as much as another, and never fits.
bool password_fits(const std::string& secret, const std::string& hash);

// 32 random bytes as 43 letters, digits, '-' and '_'.
std::string random_secret();

// A random uuid (RFC 9562, version 4).
std::string random_uuid();

// What is kept of a token: lower-case hex SHA-256.
std::string token_hash(std::string_view token);

}  // namespace det::master
