#include "master/router.hpp"

#include <optional>

namespace det::master {
namespace {

// Takes one part, up to the next slash, off the front.
std::string_view next_part(std::string_view& path) {
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(part.size() + 1, path.size()));
  return part;
}

// The words of `path` when it fits the pattern. A slash at the end is not overlooked.
std::optional<std::vector<std::string>> fitted(std::string_view pattern, std::string_view path) {
  std::vector<std::string> words;
  while (!pattern.empty() && !path.empty()) {
    const bool last = pattern.find('/') == std::string_view::npos;
    if (last != (path.find('/') == std::string_view::npos)) return std::nullopt;
    const auto wanted = next_part(pattern);
    const auto part = next_part(path);
    if (!wanted.starts_with('{')) {
      if (wanted != part) return std::nullopt;
      continue;
    }
    auto word = percent_decoded(part, Plus::itself);
    if (!word || word->empty()) return std::nullopt;
    words.push_back(std::move(*word));
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(words)) : std::nullopt;
}

}  // namespace

Routed Router::find(std::string_view method, std::string_view path) const {
  for (const auto& route : routes_) {
    if (route.method != method) continue;
    if (auto words = fitted(route.pattern, path)) return {&route, std::move(*words)};
  }
  return {};
}

}  // namespace det::master
