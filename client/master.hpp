#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "http/transport.hpp"
#include "model/checkpoint.hpp"
#include "model/experiment.hpp"
#include "model/experiment_patch.hpp"
#include "model/gc_policy.hpp"
#include "model/log_line.hpp"
#include "model/master_description.hpp"
#include "model/previewed_checkpoint.hpp"
#include "model/trial.hpp"
#include "model/user.hpp"
#include "model/workload.hpp"

namespace det::client {

// Takes one element of a list as it arrives; false stops the list and its transfer.
template <typename T>
using Sink = std::function<bool(const T&)>;

// Which part of a list to ask for. limit 0: everything.
struct Paging {
  int offset = 0;
  int limit = 0;
};

struct ExperimentQuery {
  Paging paging;
  std::optional<bool> archived;     // absent: both
  std::vector<std::string> owners;  // empty: everyone
  bool newest_first = false;        // else as the master likes
};

// What is asked of an experiment in one word.
enum class ExperimentVerb { activate, archive, cancel, kill, pause, unarchive };

enum class CheckpointScope { experiment, trial };

// Checkpoints in every state, in order of their report time, in one request.
struct CheckpointQuery {
  CheckpointScope scope = CheckpointScope::experiment;
  std::string id;  // of the experiment or trial
};

// Which lines of a trial's log. Empty lists and absent values: all.
struct LogQuery {
  std::string trial_id;
  bool follow = false;            // until the trial has ended, else what there is now
  std::optional<int> limit = {};  // 0: none
  bool newest_first = false;      // else in the order of their times
  std::vector<std::string> agents = {};
  std::vector<std::string> containers = {};
  std::vector<std::string> levels = {};  // words of the API: "LOG_LEVEL_INFO"
  std::vector<std::string> ranks = {};   // numbers
  std::vector<std::string> sources = {};
  std::vector<std::string> stdtypes = {};
  std::optional<std::string> after = {};  // RFC 3339
  std::optional<std::string> before = {};
};

enum class ArchiveFormat { tar, tar_gzip };

using PreviewedCheckpoint = model::PreviewedCheckpoint;

// What a collection would delete.
struct PreviewedCollection {
  std::vector<PreviewedCheckpoint> checkpoints;
  std::string warning = {};  // of an embedded master, about what it cannot delete; empty: none
};

// Asking a master, typed: no JSON, no URL, no HTTP status. Every call is one request, except where it says
// otherwise; the first one signs in when no token is cached. Errors: permission (401, 403), not_found (404),
// unreachable, master (every other refusal, and answers that are no valid answer). Their sentence holds the
// master's own words, made terminal-safe by whoever prints them.
class Master {
 public:
  virtual ~Master() = default;

  // Canonical: scheme, host, explicit port, no trailing slash.
  virtual const std::string& address() const = 0;

  virtual model::MasterDescription description() = 0;
  virtual model::User me() = 0;

  // Returns how many experiments match in all (the master's total), whatever the page; when the sink stopped
  // the list, how many it took.
  virtual int experiments(const ExperimentQuery& query, const Sink<model::Experiment>& sink) = 0;
  virtual model::Experiment experiment(const std::string& id) = 0;
  // The files that an experiment was created with: tar.gz, in base64 (RFC 4648, 4).
  virtual std::string model_definition(const std::string& experiment_id) = 0;
  // The whole answer of GET experiments/{id}, not decoded further: what `describe --json` prints.
  virtual model::Json experiment_document(const std::string& id) = 0;

  // Returns as above.
  virtual int trials(const std::string& experiment_id, const Paging& paging,
                     const Sink<model::Trial>& sink) = 0;
  virtual model::Trial trial(const std::string& id) = 0;
  virtual model::Json trial_document(const std::string& id) = 0;
  // Ordered by batches. Returns as above.
  virtual int workloads(const std::string& trial_id, const Paging& paging, bool with_batch_metrics,
                        const Sink<model::Workload>& sink) = 0;
  virtual model::Json workloads_document(const std::string& trial_id, const Paging& paging,
                                         bool with_batch_metrics) = 0;

  // Line by line as they arrive; `caught_up` is called whenever all that has arrived was given. A followed
  // log may be silent for as long as it likes; a stream that breaks off is unreachable.
  virtual void trial_logs(const LogQuery& query, const Sink<model::LogLine>& sink,
                          const std::function<void()>& caught_up) = 0;

  virtual void checkpoints(const CheckpointQuery& query, const Sink<model::Checkpoint>& sink) = 0;
  virtual model::Checkpoint checkpoint(const std::string& uuid) = 0;
  // The files of a checkpoint, packed by the master. The answer's status is 200.
  virtual std::unique_ptr<http::Response> archive(const std::string& uuid, ArchiveFormat format) = 0;

  // What the master begins with these two it does later, and says no more of it. It refuses all of them when
  // one is in the model registry.
  virtual void delete_checkpoints(const std::vector<std::string>& uuids) = 0;
  // The files that fit one of the globs. Without globs nothing goes: the lists of files are renewed.
  virtual void remove_checkpoint_files(const std::vector<std::string>& uuids,
                                       const std::vector<std::string>& globs) = 0;
  // Replaces the whole metadata, an object. Returns the checkpoint as it is now.
  virtual model::Checkpoint set_checkpoint_metadata(const std::string& uuid, const model::Json& metadata) = 0;

  virtual void change_experiment(const std::string& id, const model::ExperimentPatch& patch) = 0;
  virtual void change_experiment(const std::string& id, ExperimentVerb verb) = 0;
  // Begins the deletion of an experiment and of all that belongs to it; refused while it runs.
  virtual void delete_experiment(const std::string& id) = 0;
  virtual void delete_tensorboard_files(const std::string& experiment_id) = 0;
  // The project of this name in the workspace of this name, which is one of the master's; letter case counts
  // unless no name is the same. Three requests.
  virtual std::string project_id(const std::string& workspace, const std::string& project) = 0;
  virtual void move_experiment(const std::string& id, const std::string& project_id) = 0;
  // -1 days: for ever.
  virtual void retain_experiment_logs(const std::string& id, int days) = 0;
  virtual void retain_trial_logs(const std::string& id, int days) = 0;
  virtual void kill_trial(const std::string& id) = 0;

  // What the master says that a collection by `policy` deletes.
  virtual PreviewedCollection preview_gc(const std::string& experiment_id, const model::GcPolicy& policy) = 0;
  // Returns the warning of an embedded master that deletes nothing, and why; else empty.
  // Also starts a collection on a real master, by the policy stored before (contract: set gc-policy's page in
  // docs/).
  virtual std::string set_gc_policy(const std::string& experiment_id, const model::GcPolicy& policy) = 0;
  // Uuids of all checkpoints in the model registry. One request and one more for each model.
  virtual std::set<std::string> registered_checkpoints() = 0;
};

}  // namespace det::client
