#pragma once

#include <span>
#include <string_view>

#include "commands/command.hpp"

namespace det::commands {

// A word that groups commands.
struct Noun {
  std::string_view name;
  std::string_view aliases;  // divided by blanks
  std::string_view summary;
};

// Every command, in the order in which help shows them.
std::span<const Command* const> all();

std::span<const Noun> nouns();

// Whether `word` is one of `words`, which are divided by blanks.
bool has_word(std::string_view words, std::string_view word);

}  // namespace det::commands
