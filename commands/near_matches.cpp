#include "commands/near_matches.hpp"

#include <algorithm>
#include <utility>

namespace det::commands {
namespace {

// Single insertions, removals, replacements and swaps of neighbours (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cells((a.size() + 1) * width);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& { return cells[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) cell(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cell(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = cell(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      cell(i, j) = std::min({replaced, cell(i - 1, j) + 1, cell(i, j - 1) + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cell(i, j) = std::min(cell(i, j), cell(i - 2, j - 2) + 1);
    }
  }
  return cells.back();
}

std::string_view without_dashes(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  return word;
}

}  // namespace

std::vector<std::string> near_matches(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::size_t longest_considered = 64;
  if (typed.size() > longest_considered) return {};
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const auto& name : known) {
    const auto word = without_dashes(name);
    const auto slip = without_dashes(typed);
    const bool begun = slip.size() >= 2 && word.starts_with(slip);
    const std::size_t apart = begun ? 1 : distance(slip, word);
    if (apart <= std::max<std::size_t>(1, word.size() / 4)) near.emplace_back(apart, name);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (near.size() > 3) near.resize(3);
  std::vector<std::string> names;
  names.reserve(near.size());
  for (auto& [apart, name] : near) names.push_back(std::move(name));
  return names;
}

}  // namespace det::commands
