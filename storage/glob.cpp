#include "storage/glob.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace det::storage {
namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

// How many bytes the character at the front has.
std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) ++length;
  return length;
}

struct Set {
  std::size_t length = 0;  // of the pattern, with its brackets
  bool holds = false;
};

std::string_view character_at(std::string_view text, std::size_t place) {
  return text.substr(place, character_length(text.substr(place)));
}

// The set at the front of `pattern`; absent when its bracket is never closed and so means itself. Characters
// in UTF-8 are in the order of their bytes.
std::optional<Set> set_at(std::string_view pattern, std::string_view character) {
  const bool negated = pattern.size() > 1 && pattern[1] == '!';
  const std::size_t first = negated ? 2 : 1;
  bool found = false;
  for (std::size_t i = first; i < pattern.size();) {
    if (pattern[i] == ']' && i > first) return Set{i + 1, found != negated};
    const auto from = character_at(pattern, i);
    i += from.size();
    auto to = from;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      to = character_at(pattern, i + 1);
      i += 1 + to.size();
    }
    found = found || (from <= character && character <= to);
  }
  return std::nullopt;
}

struct Step {
  std::size_t pattern = 0;
  std::size_t text = 0;
};

// How far one element of the pattern that is no '*' goes; absent when it does not fit.
std::optional<Step> step(std::string_view pattern, std::string_view text) {
  if (pattern.empty() || text.empty()) return std::nullopt;
  if (pattern[0] == '?') return Step{1, character_length(text)};
  if (pattern[0] == '[') {
    if (const auto set = set_at(pattern, character_at(text, 0))) {
      return set->holds ? std::optional(Step{set->length, character_length(text)}) : std::nullopt;
    }
  }
  return pattern[0] == text[0] ? std::optional(Step{1, 1}) : std::nullopt;
}

// Only the last '*' that was passed is ever tried again: an earlier one cannot do better.
bool part_matches(std::string_view pattern, std::string_view text) {
  std::optional<Step> star;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = Step{++p, t};
    } else if (const auto taken = step(pattern.substr(p), text.substr(t))) {
      p += taken->pattern;
      t += taken->text;
    } else if (star) {
      p = star->pattern;
      t = ++star->text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// "**" may stand for nothing: whoever waits there also waits behind it.
void skip_any_parts(const std::vector<std::string_view>& pattern, std::vector<bool>& waiting) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (waiting[i] && pattern[i] == "**") waiting[i + 1] = true;
  }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  const auto parts = parts_of(pattern);
  std::vector<bool> waiting(parts.size() + 1);
  waiting[0] = true;
  skip_any_parts(parts, waiting);
  for (const auto part : parts_of(path)) {
    std::vector<bool> next(parts.size() + 1);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!waiting[i]) continue;
      if (parts[i] == "**") {
        next[i] = true;
      } else if (part_matches(parts[i], part)) {
        next[i + 1] = true;
      }
    }
    skip_any_parts(parts, next);
    waiting = std::move(next);
  }
  return waiting.back();
}

}  // namespace det::storage
