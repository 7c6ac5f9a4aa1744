#include "commands/registry.hpp"

#include <array>

#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

constexpr std::array groups{
    Noun{"experiment", "e", "manage experiments"},
    Noun{"experiment set", "", "set experiment attributes"},
    Noun{"trial", "t", "manage trials"},
    Noun{"checkpoint", "c", "manage checkpoints"},
    Noun{"user", "u", "manage users"},
};

constexpr std::array commands{
    &experiment_list,
    &experiment_describe,
    &experiment_list_trials,
    &experiment_list_checkpoints,
    &experiment_best,
    &experiment_download,
    &experiment_set_gc_policy,
    &experiment_gc_plan,
    &trial_describe,
    &trial_list_checkpoints,
    &trial_download,
    &checkpoint_describe,
    &checkpoint_download,
    &user_login,
    &user_logout,
    &user_whoami,
};

}  // namespace

std::span<const Command* const> all() {
  return commands;
}

std::span<const Noun> nouns() {
  return groups;
}

}  // namespace det::commands
