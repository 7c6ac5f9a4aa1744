#include "client/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "model/error.hpp"
#include "model/number.hpp"

namespace det::client {
namespace {

Error invalid(std::string_view text, std::string_view why) {
  return Error(Failure::usage, fmt::format("'{}' is no address of a master: {}", text, why))
      .advising("-m http://HOST:PORT");
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

int port_number(std::string_view digits, std::string_view text) {
  const auto port = model::number<std::uint16_t>(digits);
  if (!port || *port == 0) throw invalid(text, "its port must be a number from 1 to 65535");
  return *port;
}

// "host", "host:port", "[::1]:port" to a canonical "host:port".
std::string canonical_authority(std::string_view authority, int usual_port, std::string_view text) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const auto host = authority.substr(0, colon);
  const bool has_port = colon != std::string_view::npos && colon + 1 < authority.size();
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (host.empty() || host == "[]") throw invalid(text, "it has no host");
  if (!bracketed && host.find_first_of("[]") != std::string_view::npos)
    throw invalid(text, "its host is not valid");
  const int port = has_port ? port_number(authority.substr(colon + 1), text) : usual_port;
  return fmt::format("{}:{}", lower(host), port);
}

}  // namespace

std::string canonical_address(std::string_view text) {
  if (!is_printable(text)) throw invalid(text, "it holds blanks or control characters");
  const auto mark = text.find("://");
  const auto scheme = mark == std::string_view::npos ? "http" : lower(text.substr(0, mark));
  if (scheme != "http" && scheme != "https") throw invalid(text, "only http:// and https:// are spoken");
  const int usual_port = mark == std::string_view::npos ? 8080 : (scheme == "https" ? 443 : 80);
  auto rest = mark == std::string_view::npos ? text : text.substr(mark + 3);
  if (rest.find('@') != std::string_view::npos) {  // said without the address: a password may stand before it
    throw Error(Failure::usage, "the address of a master may not hold a user name or a password");
  }
  if (rest.find_first_of("?#\\") != std::string_view::npos) {
    throw invalid(text, "it may not hold a query or a fragment");
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  auto path = rest.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  return fmt::format("{}://{}{}", scheme, canonical_authority(rest.substr(0, slash), usual_port, text), path);
}

}  // namespace det::client
