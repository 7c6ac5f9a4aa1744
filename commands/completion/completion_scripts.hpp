#pragma once

#include <string_view>

namespace det::commands {

// The files of completions/, whole.
extern const std::string_view bash_completion;
extern const std::string_view zsh_completion;
extern const std::string_view fish_completion;

}  // namespace det::commands
