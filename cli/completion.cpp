#include "cli/completion.hpp"

#include <algorithm>
#include <exception>

#include "cli/command_line.hpp"
#include "cli/help.hpp"
#include "cli/recorded_names.hpp"
#include "cli/typed_word.hpp"
#include "formatting/values.hpp"

namespace det::cli {
namespace {

using commands::Completion;
using commands::Declaration;

constexpr std::string_view directory_scheme = "dir:";

std::string candidate(const std::string& value, std::string_view help) {
  return value + '\t' + formatting::terminal_safe(help) + '\n';
}

// An alias only where no whole name begins so: it would stand in the way of names.
std::string commands_below(const TypedWord& word) {
  std::string names;
  std::string aliases;
  for (const auto& entry : entries_below(word.noun)) {
    if (entry.word.starts_with(word.begun)) {
      names += candidate(std::string(entry.word), entry.summary);
      continue;
    }
    for (auto rest = entry.aliases; !rest.empty();) {
      const auto alias = rest.substr(0, rest.find(' '));
      if (alias.starts_with(word.begun)) aliases += candidate(std::string(alias), entry.summary);
      rest.remove_prefix(std::min(alias.size() + 1, rest.size()));
    }
  }
  return names.empty() ? aliases : names;
}

// The long names, and the short one that has been typed.
std::string flags(const TypedWord& word) {
  std::string text;
  for (const auto& flag : word.flags) {
    for (const auto& name : flag.names) {
      const bool shown = name.starts_with("--") || flag.names.size() == 1 || name == word.begun;
      if (shown && name.starts_with(word.begun)) text += candidate(name, flag.help);
    }
  }
  return text;
}

std::string path_below(std::string_view kind, const std::string& prefix) {
  return '\t' + std::string(kind) + '\t' + prefix + '\n';
}

std::string recorded(const TypedWord& word, Host& host) {
  const auto context = host.completion_context(parse_globals(word.global_flags).globals);
  std::string text;
  for (const auto& name : recorded_names(word, *context))
    text += candidate(word.kept + name.text, name.about);
  return text;
}

std::string values(const TypedWord& word, Host& host) {
  const auto& argument = *word.argument;
  if (!argument.choices.empty()) {
    std::string text;
    for (const auto& choice : argument.choices) {
      if (choice.starts_with(word.begun)) text += candidate(word.kept + choice, "");
    }
    return text;
  }
  switch (argument.completion) {
    case Completion::undeclared:
    case Completion::nothing:
      return {};
    case Completion::file:
      return path_below("files", word.kept);
    case Completion::directory:
      return path_below("directories", word.kept);
    case Completion::source:
    case Completion::experiment:
      if (word.begun.starts_with(directory_scheme))
        return path_below("directories", word.kept + std::string(directory_scheme));
      return argument.completion == Completion::source ? "" : recorded(word, host);
    default:
      return recorded(word, host);
  }
}

std::string answer(const TypedWord& word, Host& host) {
  switch (word.kind) {
    case TypedWord::Kind::nothing:
      return {};
    case TypedWord::Kind::command:
      return commands_below(word);
    case TypedWord::Kind::flag:
      return flags(word);
    case TypedWord::Kind::value:
      return values(word, host);
  }
  return {};
}

}  // namespace

void answer_completion(const std::vector<std::string>& words, Host& host) {
  try {
    if (words.empty()) return;
    std::vector<std::string> line(words.begin() + 1, words.end());
    if (words.front() == "bash") std::transform(line.begin(), line.end(), line.begin(), without_quotes);
    host.out() << answer(typed_word(line), host);
    host.out().flush();
  } catch (const std::exception&) {  // whoever types is not to be told
    host.take_back_output();
  }
}

}  // namespace det::cli
