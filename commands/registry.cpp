#include "commands/registry.hpp"

#include <algorithm>
#include <array>

#include "commands/registry_entries.hpp"

namespace det::commands {
namespace {

constexpr std::array groups{
    Noun{"experiment", "e", "manage experiments"},
    Noun{"experiment label", "", "manage experiment labels"},
    Noun{"experiment set", "", "set experiment attributes"},
    Noun{"trial", "t", "manage trials"},
    Noun{"trial set", "", "set trial attributes"},
    Noun{"checkpoint", "c", "manage checkpoints"},
    Noun{"deploy", "d", "start and stop masters"},
    Noun{"deploy local", "", "the master of this machine"},
    Noun{"user", "u", "manage users"},
};

constexpr std::array commands{
    &experiment_list,
    &experiment_describe,
    &experiment_list_trials,
    &experiment_list_checkpoints,
    &experiment_best,
    &experiment_download,
    &experiment_download_model_def,
    &experiment_logs,
    &experiment_wait,
    &experiment_config,
    &experiment_pause,
    &experiment_activate,
    &experiment_cancel,
    &experiment_kill,
    &experiment_archive,
    &experiment_unarchive,
    &experiment_move,
    &experiment_delete,
    &experiment_delete_tb_files,
    &experiment_label_add,
    &experiment_label_remove,
    &experiment_set_name,
    &experiment_set_description,
    &experiment_set_max_slots,
    &experiment_set_priority,
    &experiment_set_weight,
    &experiment_set_log_retention,
    &experiment_set_gc_policy,
    &experiment_gc_plan,
    &trial_describe,
    &trial_list_checkpoints,
    &trial_download,
    &trial_logs,
    &trial_kill,
    &trial_set_log_retention,
    &checkpoint_list,
    &checkpoint_describe,
    &checkpoint_download,
    &checkpoint_verify,
    &checkpoint_cat,
    &checkpoint_du,
    &checkpoint_add_metadata,
    &checkpoint_remove_metadata,
    &checkpoint_rm,
    &checkpoint_delete,
    &deploy_local_cluster_up,
    &deploy_local_cluster_down,
    &deploy_local_logs,
    &user_login,
    &user_logout,
    &user_whoami,
    &completion,
};

}  // namespace

std::span<const Command* const> all() {
  return commands;
}

std::span<const Noun> nouns() {
  return groups;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace det::commands
