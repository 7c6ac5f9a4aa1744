#pragma once

#include "commands/command.hpp"

namespace det::commands {

extern const Command checkpoint_add_metadata;
extern const Command checkpoint_cat;
extern const Command checkpoint_delete;
extern const Command checkpoint_describe;
extern const Command checkpoint_download;
extern const Command checkpoint_du;
extern const Command checkpoint_list;
extern const Command checkpoint_remove_metadata;
extern const Command checkpoint_rm;
extern const Command checkpoint_verify;
extern const Command completion;
extern const Command deploy_local_cluster_down;
extern const Command deploy_local_cluster_up;
extern const Command deploy_local_logs;
extern const Command experiment_activate;
extern const Command experiment_archive;
extern const Command experiment_best;
extern const Command experiment_cancel;
extern const Command experiment_config;
extern const Command experiment_delete;
extern const Command experiment_delete_tb_files;
extern const Command experiment_describe;
extern const Command experiment_download;
extern const Command experiment_download_model_def;
extern const Command experiment_gc_plan;
extern const Command experiment_kill;
extern const Command experiment_label_add;
extern const Command experiment_label_remove;
extern const Command experiment_list;
extern const Command experiment_list_checkpoints;
extern const Command experiment_list_trials;
extern const Command experiment_logs;
extern const Command experiment_move;
extern const Command experiment_pause;
extern const Command experiment_set_description;
extern const Command experiment_set_gc_policy;
extern const Command experiment_set_log_retention;
extern const Command experiment_set_max_slots;
extern const Command experiment_set_name;
extern const Command experiment_set_priority;
extern const Command experiment_set_weight;
extern const Command experiment_unarchive;
extern const Command experiment_wait;
extern const Command trial_describe;
extern const Command trial_download;
extern const Command trial_kill;
extern const Command trial_list_checkpoints;
extern const Command trial_logs;
extern const Command trial_set_log_retention;
extern const Command user_login;
extern const Command user_logout;
extern const Command user_whoami;

}  // namespace det::commands
