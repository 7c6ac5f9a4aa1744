#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace det::client {

// The PEM text for which the user once said that the official client may trust `master`: certs.json in
// `directory`, one object {address: PEM}. Absent without one; a file that is no such document trusts nothing.
std::optional<std::string> trusted_certificate(const std::filesystem::path& directory,
                                               const std::string& master);

}  // namespace det::client
