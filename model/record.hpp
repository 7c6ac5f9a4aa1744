#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/checkpoint.hpp"
#include "model/gc_policy.hpp"
#include "model/time.hpp"

// What a master keeps: each struct is one row of its catalogue with what is derived from other rows. Ids are
// the master's numbers. A Document is JSON text as it was reported, checked and compact, never decoded again.
namespace det::model {

using Document = std::string;

struct UserRecord {
  std::int64_t id = 0;
  std::string username;
  std::string display_name;
  bool admin = false;
  bool active = true;
  Time modified;
  std::optional<Time> last_login;
};

struct ExperimentRecord {
  std::int64_t id = 0;
  std::string name;
  std::string description;
  std::string notes;
  std::vector<std::string> labels;
  std::string state = "ACTIVE";  // a word of the API without its prefix STATE_
  bool archived = false;
  bool unmanaged = false;
  std::optional<double> progress;  // 0 to 1
  Time started;
  std::optional<Time> ended;
  std::string job_id;                      // uuid
  std::optional<std::int64_t> parent_id;   // forked from
  std::optional<std::string> external_id;  // unique; what a detached run calls itself
  std::int64_t project_id = 1;
  UserRecord owner;
  Document configuration;              // with defaults; the policy in it is the current one
  std::string original_configuration;  // text as it was sent
  // Read off the configuration when it was stored.
  std::string searcher_name;
  std::string searcher_metric;
  bool smaller_is_better = true;
  // Derived.
  std::vector<std::int64_t> trial_ids;  // only where one experiment is asked for
  std::int64_t trial_count = 0;
  std::int64_t checkpoint_count = 0;       // in all states but DELETED
  std::int64_t checkpoint_size_bytes = 0;  // of the same
};

// One report of metrics.
struct MetricRecord {
  std::int64_t id = 0;  // in the order of reporting
  std::int64_t trial_id = 0;
  std::int64_t run_id = 0;  // which start of the trial; from 1
  std::string group;        // "training", "validation" or any other word
  std::int64_t steps = 0;
  Time reported;
  Document metrics;                       // an object: name -> value; NaN and infinities are strings
  std::optional<Document> batch_metrics;  // an array
  bool archived = false;                  // a later run reported these steps again
};

struct CheckpointRecord {
  std::string id;  // uuid, lower case
  std::string task_id;
  std::optional<std::string> allocation_id;
  std::optional<std::int64_t> storage_id;
  std::int64_t trial_id = 0;
  std::int64_t experiment_id = 0;
  Time reported;
  CheckpointState state = CheckpointState::completed;
  std::vector<CheckpointFile> files;  // by path
  Document metadata = "{}";
  std::optional<std::int64_t> steps_completed;  // of the metadata
  // Derived: of the trial, and of the reports at the same steps that are not archived.
  Document hparams = "{}";
  std::optional<Document> training_metrics;
  std::optional<Document> validation_metrics;
  std::optional<double> searcher_metric;  // of the validation; may be NaN or infinite
  std::optional<std::int64_t> validation_id;
  bool registered = false;  // a version in the model registry
};

struct TrialRecord {
  std::int64_t id = 0;
  std::int64_t experiment_id = 0;
  std::string state = "ACTIVE";  // as above
  Time started;
  std::optional<Time> ended;
  std::int64_t restarts = 0;
  std::int64_t run_id = 0;  // how often it was started
  Document hparams = "{}";
  std::string task_id;
  std::optional<std::string> external_id;
  std::string runner_state;
  std::string warm_start_checkpoint;     // uuid; empty: none
  std::int64_t total_batches = 0;        // the most steps that were reported
  std::optional<Document> metadata;      // of the run
  std::optional<Document> summary;       // by group: "avg_metrics", "validation_metrics", or the group's name
  std::optional<double> searcher_value;  // of its best validation
  std::optional<MetricRecord> best_validation;
  std::optional<MetricRecord> latest_validation;
  std::optional<CheckpointRecord> best_checkpoint;
  std::int64_t checkpoint_count = 0;
  std::int64_t checkpoint_size_bytes = 0;
};

struct LogRecord {
  std::int64_t id = 0;
  std::string task_id;
  std::int64_t trial_id = 0;  // 0: of no trial
  std::optional<Time> written;
  std::string level;  // "INFO"; empty: unknown
  std::string text;   // with its end of line
  std::optional<std::int64_t> rank;
  std::string allocation_id, container_id, agent_id, source, stdtype;
};

// A model of the registry, and one version of it.
struct RegisteredModelRecord {
  std::int64_t id = 0;
  std::string name;
  std::string description;
  std::string notes;
  Document metadata = "{}";
  std::vector<std::string> labels;
  bool archived = false;
  Time created;
  Time updated;
  UserRecord owner;
  std::int64_t workspace_id = 1;
  std::int64_t version_count = 0;
};

struct ModelVersionRecord {
  std::int64_t id = 0;
  std::int64_t number = 0;  // of this model, from 1
  RegisteredModelRecord model;
  CheckpointRecord checkpoint;
  std::string name;
  std::string comment;
  std::string notes;
  Document metadata = "{}";
  std::vector<std::string> labels;
  Time created;
  Time updated;
  UserRecord owner;
};

}  // namespace det::model
