#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/checkpoint.hpp"
#include "model/record.hpp"
#include "model/time.hpp"

// What clients send to a master: the bodies of requests, decoded and checked. All decoders throw Error{usage}
// for what is no such request.
namespace det::wire {

struct LoginRequest {
  std::string username;
  std::string password;
  bool hashed = false;  // the password is what hashed_password() makes of it
};
LoginRequest decode_login_request(std::string_view body);

struct NewExperiment {
  std::string configuration;  // YAML or JSON text
  std::optional<std::int64_t> parent_id = {};
  std::optional<std::int64_t> project_id = {};
  bool unmanaged = false;
  bool validate_only = false;
};
NewExperiment decode_new_experiment(std::string_view body);

struct NewTrial {
  std::int64_t experiment_id = 0;
  model::Document hparams = "{}";
  std::optional<std::string> external_id = {};
};
// POST trials, and PUT trials, which wraps the same and names an external id.
NewTrial decode_new_trial(std::string_view body);
NewTrial decode_put_trial(std::string_view body);

// A report of metrics, for the trial that the body names; `reported` absent: now.
struct MetricReport {
  std::int64_t trial_id = 0;
  std::int64_t run_id = 0;
  std::string group;
  std::int64_t steps = 0;
  std::optional<model::Time> reported = {};
  model::Document metrics;
  std::optional<model::Document> batch_metrics = {};
};
MetricReport decode_metric_report(std::string_view body);
// The same without its wrapper, of a group that the path names.
MetricReport decode_metric_report(std::string_view body, std::string_view group);

struct ReportedCheckpoint {
  std::string id;  // uuid in lower case
  std::string task_id;
  std::optional<std::string> allocation_id = {};
  std::optional<std::int64_t> storage_id = {};
  std::optional<model::Time> reported = {};
  model::CheckpointState state = model::CheckpointState::completed;
  std::vector<model::CheckpointFile> files;  // by path
  model::Document metadata = "{}";
  std::optional<std::int64_t> steps_completed = {};
  std::optional<std::int64_t> trial_id = {};  // where the sender knows it
};
ReportedCheckpoint decode_reported_checkpoint(std::string_view body);

// The whole metadata that replaces a checkpoint's, and the steps_completed in it.
struct NewMetadata {
  model::Document metadata = "{}";
  std::optional<std::int64_t> steps_completed = {};
};
NewMetadata decode_checkpoint_metadata(std::string_view body);

// POST checkpoints/rm and DELETE checkpoints: uuids in lower case.
struct Removal {
  std::vector<std::string> uuids;
  std::vector<std::string> globs;  // only of rm
};
Removal decode_removal(std::string_view body);

// PATCH checkpoints: what lies in storage now.
struct CheckpointFiles {
  std::string id;
  std::vector<model::CheckpointFile> files;
};
std::vector<CheckpointFiles> decode_checkpoint_files(std::string_view body);

// PATCH trials/T: a word of state without its prefix; absent in a mere sign of life.
std::optional<std::string> decode_trial_state(std::string_view body);
// POST trials/T/runner/metadata: what the trial says of itself.
std::string decode_runner_state(std::string_view body);
double decode_progress(std::string_view body);
// POST runs/T/metadata.
model::Document decode_run_metadata(std::string_view body);
// POST runs/start; a run has the id of its trial.
struct RunStart {
  std::int64_t run_id = 0;
  std::optional<model::Document> storage =
      {};  // that it reports to, as a JSON object; absent: its experiment's
};
RunStart decode_run_start(std::string_view body);
// POST trials/T/start: whether a trial that was started before goes on.
bool decode_resume(std::string_view body);
// POST trials/T/early_exit: "INVALID_HP", for one.
std::string decode_exit_reason(std::string_view body);

// POST api/v1/task/logs ({"logs": [...]}) and POST task-logs (a bare list).
std::vector<model::LogRecord> decode_task_logs(std::string_view body);

struct NewModel {
  std::string name;
  std::string description;
  std::string notes;
  model::Document metadata = "{}";
  std::vector<std::string> labels;
  std::optional<std::int64_t> workspace_id = {};
  std::optional<std::string> workspace_name = {};
};
NewModel decode_new_model(std::string_view body);

struct ModelPatch {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> comment = {};  // of a version
  std::optional<std::string> notes = {};
  std::optional<model::Document> metadata = {};
  std::optional<std::vector<std::string>> labels = {};
  std::optional<std::int64_t> workspace_id = {};  // of a model, as is the name
  std::optional<std::string> workspace_name = {};
};
// PATCH models/NAME ({"model": {...}} or its fields) and models/NAME/versions/N ({"modelVersion": {...}}).
ModelPatch decode_model_patch(std::string_view body);
// POST models/NAME/move.
std::int64_t decode_destination_workspace(std::string_view body);

struct NewModelVersion {
  std::string checkpoint_id;
  std::string name;
  std::string comment;
  std::string notes;
  model::Document metadata = "{}";
  std::vector<std::string> labels;
};
NewModelVersion decode_new_model_version(std::string_view body);

}  // namespace det::wire
