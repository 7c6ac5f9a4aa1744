#pragma once

#include <string>
#include <string_view>

namespace det::http {

// Scheme, host and port of an absolute URL, as an error may show them: "http://host:8080". Never its user or
// password.
std::string origin(std::string_view url);

// The part of an absolute URL that `origin` shows without its scheme: "host:8080".
std::string authority(std::string_view url);

// `text` with the user and password of every URL in it left out.
std::string without_user_info(std::string_view text);

// The URL as a log may show it: without user and password, and the values of query parameters that sign or
// authorise replaced by "[redacted]".
std::string redacted(std::string_view url);

}  // namespace det::http
