#include "cli/near_matches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace det::cli {
namespace {

// Levenshtein's distance: single insertions, removals and replacements.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> near_matches(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t longest_considered = 64;
  if (typed.size() > longest_considered) return {};
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const auto& name : known) {
    const bool begun = typed.size() >= 2 && name.starts_with(typed);
    const std::size_t apart = begun ? 1 : distance(typed, name);
    if (apart <= std::max<std::size_t>(1, name.size() / 3)) near.emplace_back(apart, name);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (near.size() > 3) near.resize(3);
  std::vector<std::string> names;
  names.reserve(near.size());
  for (auto& [apart, name] : near) names.push_back(std::move(name));
  return names;
}

}  // namespace det::cli
