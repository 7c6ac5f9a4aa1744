#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace det::http {

// The proxies of the environment: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, each also in lower case,
// which goes first. Empty: none.
struct Proxies {
  std::string http = {};      // for http:// URLs
  std::string https = {};     // for https:// URLs
  std::string bypassed = {};  // NO_PROXY: hosts, domains and networks, divided by commas; "*": every host
};

// Reads a variable of the environment; absent where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Proxies proxies_of(const Environment& environment);

// The proxy to ask for an absolute URL, bypasses aside.
const std::string& proxy_for(std::string_view url, const Proxies& proxies);

}  // namespace det::http
