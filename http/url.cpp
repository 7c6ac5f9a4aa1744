#include "http/url.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace det::http {
namespace {

struct Parts {
  std::string_view scheme;     // with "://"
  std::string_view authority;  // without user and password
  std::string_view path;       // with its leading '/'
  std::string_view query;      // with its leading '?'; a fragment stays with it
};

Parts split(std::string_view url) {
  Parts parts;
  if (const auto end = url.find("://"); end != std::string_view::npos) {
    parts.scheme = url.substr(0, end + 3);
    url.remove_prefix(end + 3);
  }
  const auto authority = url.substr(0, url.find_first_of("/?#"));
  url.remove_prefix(authority.size());
  parts.authority = authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0: no user
  parts.path = url.substr(0, url.find('?'));
  parts.query = url.substr(parts.path.size());
  return parts;
}

bool is_secret(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 8> marks{"sig",    "token", "credential", "password",
                                                  "secret", "key",   "auth",       "upload_id"};
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return lower.find(mark) != std::string::npos; });
}

// One "name=value" of a query.
std::string shown(std::string_view parameter) {
  const auto name = parameter.substr(0, parameter.find('='));
  if (name.size() == parameter.size() || !is_secret(name)) return std::string(parameter);
  return std::string(name) + "=[redacted]";
}

}  // namespace

std::string authority(std::string_view url) {
  return std::string(split(url).authority);
}

std::string origin(std::string_view url) {
  const auto parts = split(url);
  return std::string(parts.scheme) + std::string(parts.authority);
}

std::string redacted(std::string_view url) {
  const auto parts = split(url);
  std::string text = origin(url) + std::string(parts.path);
  for (auto rest = parts.query; !rest.empty();) {
    text += rest.front();  // '?' or '&'
    rest.remove_prefix(1);
    const auto parameter = rest.substr(0, rest.find('&'));
    text += shown(parameter);
    rest.remove_prefix(parameter.size());
  }
  return text;
}

std::string without_user_info(std::string_view text) {
  constexpr std::string_view mark = "://";
  std::string shown;
  while (true) {
    const auto begin = text.find(mark);
    if (begin == std::string_view::npos) return shown.append(text);
    shown += text.substr(0, begin + mark.size());
    text.remove_prefix(begin + mark.size());
    const auto end = std::min(text.find_first_of("/ '\"\n"), text.size());
    const auto user_info = text.substr(0, end).rfind('@');
    if (user_info != std::string_view::npos) text.remove_prefix(user_info + 1);
  }
}

}  // namespace det::http
