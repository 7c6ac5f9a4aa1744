#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "commands/registry.hpp"

namespace det::cli {
namespace {

// "list" of "experiment list" below "experiment"; empty where the path is not directly below the noun.
std::string_view word_below(std::string_view path, std::string_view noun) {
  if (!noun.empty()) {
    if (!path.starts_with(noun) || path.size() <= noun.size() || path[noun.size()] != ' ') return {};
    path.remove_prefix(noun.size() + 1);
  }
  return path.find(' ') == std::string_view::npos ? path : std::string_view{};
}

std::string line(const Entry& entry) {
  const auto names =
      entry.aliases.empty() ? std::string(entry.word) : fmt::format("{} ({})", entry.word, entry.aliases);
  return fmt::format("  {:<24}  {}\n", names, entry.summary);
}

}  // namespace

std::vector<Entry> entries_below(const std::string& noun) {
  std::vector<Entry> entries{{"help", "", "show help for a command"}};
  const auto add = [&](std::string_view path, std::string_view aliases, std::string_view summary) {
    if (const auto word = word_below(path, noun); !word.empty()) entries.push_back({word, aliases, summary});
  };
  for (const auto& group : commands::nouns()) add(group.name, group.aliases, group.summary);
  for (const auto* command : commands::all()) add(command->path, command->aliases, command->summary);
  return entries;
}

std::string overview(const std::string& noun) {
  std::string text = fmt::format("Usage: det {}{}COMMAND ...\n\n", noun, noun.empty() ? "" : " ");
  text += noun.empty() ? "List, choose, fetch and keep training checkpoints.\n\nCommands:\n" : "Commands:\n";
  for (const auto& entry : entries_below(noun)) text += line(entry);
  text +=
      noun.empty()
          ? "\nGlobal options: -u USER, -m MASTER, --json, --timeout SECONDS, ...: see det COMMAND --help\n"
          : "";
  return text;
}

std::vector<std::string> words_below(const std::string& noun) {
  std::vector<std::string> words;
  for (auto [word, aliases, summary] : entries_below(noun)) {
    words.emplace_back(word);
    for (; !aliases.empty(); aliases.remove_prefix(std::min(aliases.find(' '), aliases.size() - 1) + 1)) {
      words.emplace_back(aliases.substr(0, aliases.find(' ')));
    }
  }
  return words;
}

}  // namespace det::cli
