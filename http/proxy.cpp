#include "http/proxy.hpp"

namespace det::http {
namespace {

// A variable that is set to nothing turns the later ones off.
std::string first_set(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto value = environment(name)) return *value;
  }
  return {};
}

}  // namespace

Proxies proxies_of(const Environment& environment) {
  return {.http = first_set(environment, {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}),
          .https = first_set(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
          .bypassed = first_set(environment, {"no_proxy", "NO_PROXY"})};
}

const std::string& proxy_for(std::string_view url, const Proxies& proxies) {
  return url.starts_with("https://") ? proxies.https : proxies.http;
}

}  // namespace det::http
