#include "commands/unserved.hpp"

#include <algorithm>
#include <array>

#include "commands/registry.hpp"

namespace det::commands {
namespace {

// Official words below one noun, divided by blanks.
struct Words {
  std::string_view noun;
  std::string_view words;
};

constexpr std::array unserved{
    Words{"",
          "auth agent a command cmd config-policies cp dev job j master model m notebook oauth "
          "preview-search project p rbac resource-pool rp resources res shell slot s task template tpl "
          "tensorboard token tkn user-group version workspace w"},
    Words{"experiment", "continue create"},
    Words{"deploy", "aws gcp gke-experimental"},
    Words{"deploy local", "agent-down agent-up master-down master-up"},
    Words{"trial", "support-bundle"},
    Words{"user", "activate change-password create deactivate edit link-with-agent-user list ls rename"},
};

}  // namespace

bool is_unserved(std::string_view noun, std::string_view word) {
  return std::any_of(unserved.begin(), unserved.end(),
                     [&](const Words& group) { return group.noun == noun && has_word(group.words, word); });
}

}  // namespace det::commands
