#include <algorithm>
#include <array>

#include "cli/command_line.hpp"
#include "commands/registry.hpp"

namespace det::cli {
namespace {

// Global flags whose value is the next word.
constexpr std::array<std::string_view, 9> flags_with_value{
    "-u", "--user", "-m", "--master", "--source", "--color", "--cacert", "--timeout", "--progress"};

std::string_view last_word(std::string_view path) {
  return path.substr(path.rfind(' ') + 1);
}
std::string_view before_last_word(std::string_view path) {
  const auto blank = path.rfind(' ');
  return blank == std::string_view::npos ? std::string_view{} : path.substr(0, blank);
}

const commands::Command* command_at(const std::string& noun, std::string_view word) {
  for (const auto* command : commands::all()) {
    if (before_last_word(command->path) != noun) continue;
    if (last_word(command->path) == word || commands::has_word(command->aliases, word)) return command;
  }
  return nullptr;
}

const commands::Noun* noun_at(const std::string& noun, std::string_view word) {
  for (const auto& group : commands::nouns()) {
    if (before_last_word(group.name) != noun) continue;
    if (last_word(group.name) == word || commands::has_word(group.aliases, word)) return &group;
  }
  return nullptr;
}

// A long flag may be cut short, as long as it says which it is.
bool takes_next(std::string_view word) {
  return std::any_of(flags_with_value.begin(), flags_with_value.end(), [&](std::string_view flag) {
    return flag == word || (word.size() > 2 && word.starts_with("--") && flag.starts_with(word));
  });
}

// Cut short, it says which it is from here on: there is a --sort-by.
bool is_source(std::string_view flag) {
  constexpr std::string_view whole = "--source";
  constexpr std::size_t least = sizeof "--sou" - 1;
  return flag.size() >= least && whole.starts_with(flag);
}

// Takes the flag at `at`, and its value, before a command is found. Returns where it ends.
std::size_t take_flag(const std::vector<std::string>& line, std::size_t at, Route& found) {
  const std::string_view word = line[at];
  const auto equals = std::min(word.find('='), word.size());
  const bool has_next = at + 1 < line.size();
  if (is_source(word.substr(0, equals)) && equals < word.size()) {
    found.source = word.substr(equals + 1);
    return at;
  }
  if (is_source(word) && has_next && !line[at + 1].starts_with('-')) {
    found.source = line[at + 1];
    return at + 1;
  }
  found.arguments.push_back(line[at]);
  if (!takes_next(word) || !has_next) return at;
  found.arguments.push_back(line[at + 1]);
  return at + 1;
}

}  // namespace

Route route(const std::vector<std::string>& line) {
  Route found;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const auto& word = line[at];
    const bool is_flag = word.size() > 1 && word.front() == '-';
    if (is_flag && found.command == nullptr && found.unknown.empty()) {
      at = take_flag(line, at, found);
    } else if (found.command != nullptr || word.empty() || !found.unknown.empty()) {
      found.arguments.push_back(word);
    } else if (const auto* command = command_at(found.noun, word)) {
      found.command = command;
    } else if (const auto* group = noun_at(found.noun, word)) {
      found.noun = std::string(group->name);
    } else {
      found.unknown = word;
    }
  }
  return found;
}

}  // namespace det::cli
