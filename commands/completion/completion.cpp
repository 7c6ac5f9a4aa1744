#include <memory>
#include <ostream>
#include <string>

#include "commands/arguments.hpp"
#include "commands/completion/completion_scripts.hpp"
#include "commands/context.hpp"
#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

std::string_view script_for(const std::string& shell) {
  if (shell == "bash") return bash_completion;
  return shell == "zsh" ? zsh_completion : fish_completion;
}

Action attach(Arguments& arguments) {
  auto shell = std::make_shared<std::string>();
  arguments.positional("shell", *shell, "which shell is to read it").one_of({"bash", "zsh", "fish"});
  return [shell](Context& context) { context.out() << script_for(*shell); };
}

}  // namespace

extern constinit const Command completion{"completion",
                                          "",
                                          "print the script that completes words in a shell",
                                          "source <(det completion bash)\n"
                                          "det completion zsh > ~/.zfunc/_det\n"
                                          "det completion fish > ~/.config/fish/completions/det.fish",
                                          attach,
                                          Asks::nobody};

}  // namespace det::commands
