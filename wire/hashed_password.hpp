#pragma once

#include <string>

namespace det::wire {

// What a master is sent for a password: lower-case hex SHA-512 of a fixed salt and the password; the empty
// password as it is.
std::string hashed_password(const std::string& password);

}  // namespace det::wire
