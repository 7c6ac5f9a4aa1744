#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace det::client {

// What the official client's auth.json says of one master.
struct Logins {
  std::optional<std::string> active_user = {};
  std::map<std::string, std::string> tokens = {};  // by user name
};

// All of it, by canonical address. Addresses that have no canonical form are kept as they are.
using LoginFile = std::map<std::string, Logins>;

// Reads versions 0, 1 and 2 of the format; version 0 has one master, which counts as `address`. Where one
// master stands under several addresses, as version 1 allows, its tokens are joined. Absent when the text is
// no such document. Throws Error{unclassified} for a later version.
std::optional<LoginFile> parse_login_file(std::string_view text, const std::string& address);

// Version 1 with canonical addresses: every official client reads it, while one that finds an address that it
// does not call canonical in version 2 (those of IPv6) deletes the file.
std::string login_file_text(const LoginFile& logins);

}  // namespace det::client
