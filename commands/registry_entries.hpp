#pragma once

#include "commands/command.hpp"

namespace det::commands {

extern const Command checkpoint_cat;
extern const Command checkpoint_describe;
extern const Command checkpoint_download;
extern const Command checkpoint_du;
extern const Command checkpoint_verify;
extern const Command deploy_local_cluster_down;
extern const Command deploy_local_cluster_up;
extern const Command deploy_local_logs;
extern const Command experiment_best;
extern const Command experiment_describe;
extern const Command experiment_download;
extern const Command experiment_gc_plan;
extern const Command experiment_list;
extern const Command experiment_list_checkpoints;
extern const Command experiment_list_trials;
extern const Command experiment_set_gc_policy;
extern const Command trial_describe;
extern const Command trial_download;
extern const Command trial_list_checkpoints;
extern const Command user_login;
extern const Command user_logout;
extern const Command user_whoami;

}  // namespace det::commands
