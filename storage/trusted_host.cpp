#include "storage/trusted_host.hpp"

#include <algorithm>
#include <cctype>
#include <string>
namespace det::storage {
namespace {

// In lower case, without port; empty when there is more, such as a user, which could be read in two ways.
std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto rest = url.substr(scheme + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto end = authority.starts_with("[::1]") ? authority.find(']') + 1 : authority.find(':');
  auto host = std::string(authority.substr(0, end));
  const auto port = authority.substr(host.size());
  if (port.find_first_not_of("0123456789", port.empty() ? 0 : 1) != std::string_view::npos) return {};
  if (host == "[::1]") return host;
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.'; };
  if (!std::all_of(host.begin(), host.end(), plain)) return {};
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host;
}

}  // namespace

bool is_loopback(std::string_view url) {
  const auto host = host_of(url);
  const bool digits = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "[::1]" || (digits && host.starts_with("127."));
}

bool is_tls_within(std::string_view url, std::initializer_list<std::string_view> domains) {
  if (!url.starts_with("https://")) return false;
  const auto host = host_of(url);
  return std::any_of(domains.begin(), domains.end(), [&](std::string_view domain) {
    return host == domain || host.ends_with("." + std::string(domain));
  });
}

}  // namespace det::storage
