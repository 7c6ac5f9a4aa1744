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

}  // namespace det::commands
