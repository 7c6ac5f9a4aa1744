#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/master.hpp"
#include "model/error.hpp"

namespace det::testing {

// A master in memory that describes what is given to it, and writes down what it was asked: "experiment 5",
// "trials 5", "workloads 6 from 500", "checkpoints 5", "preview 5 0 1 1", "set policy 5 0 1 1", "delete a b",
// "remove *.pt from a b", "set metadata a {...}". An unknown id
// is Error{not_found}; any other question throws std::logic_error.
class FakeMaster final : public client::Master {
 public:
  const std::string& address() const override { return place; }
  model::MasterDescription description() override;
  model::User me() override;
  int experiments(const client::ExperimentQuery& query, const client::Sink<model::Experiment>& sink) override;
  model::Experiment experiment(const std::string& id) override;
  model::Json experiment_document(const std::string& id) override;
  int trials(const std::string& experiment_id, const client::Paging& paging,
             const client::Sink<model::Trial>& sink) override;
  model::Trial trial(const std::string& id) override;
  model::Json trial_document(const std::string& id) override;
  int workloads(const std::string& trial_id, const client::Paging& paging, bool with_batch_metrics,
                const client::Sink<model::Workload>& sink) override;
  model::Json workloads_document(const std::string& trial_id, const client::Paging& paging,
                                 bool with_batch_metrics) override;
  void checkpoints(const client::CheckpointQuery& query,
                   const client::Sink<model::Checkpoint>& sink) override;
  model::Checkpoint checkpoint(const std::string& uuid) override;
  std::unique_ptr<http::Response> archive(const std::string& uuid, client::ArchiveFormat format) override;
  void delete_checkpoints(const std::vector<std::string>& uuids) override;
  void remove_checkpoint_files(const std::vector<std::string>& uuids,
                               const std::vector<std::string>& globs) override;
  model::Checkpoint set_checkpoint_metadata(const std::string& uuid, const model::Json& metadata) override;
  std::string model_definition(const std::string& experiment_id) override;
  void trial_logs(const client::LogQuery& query, const client::Sink<model::LogLine>& sink,
                  const std::function<void()>& caught_up) override;
  void change_experiment(const std::string& id, const model::ExperimentPatch& patch) override;
  void change_experiment(const std::string& id, client::ExperimentVerb verb) override;
  void delete_experiment(const std::string& id) override;
  void delete_tensorboard_files(const std::string& experiment_id) override;
  std::string project_id(const std::string& workspace, const std::string& project) override;
  void move_experiment(const std::string& id, const std::string& project_id) override;
  void retain_experiment_logs(const std::string& id, int days) override;
  void retain_trial_logs(const std::string& id, int days) override;
  void kill_trial(const std::string& id) override;
  client::PreviewedCollection preview_gc(const std::string& experiment_id,
                                         const model::GcPolicy& policy) override;
  std::string set_gc_policy(const std::string& experiment_id, const model::GcPolicy& policy) override;
  std::set<std::string> registered_checkpoints() override;

  std::string place = "http://fake:8080";
  std::map<std::string, model::Experiment> known_experiments;
  std::vector<model::Trial> known_trials;
  std::map<std::string, std::vector<model::Workload>> known_workloads;  // by trial
  std::vector<model::LogLine> known_lines;                              // of every trial's log
  std::optional<Error> log_break;                                       // in place of the log's end
  std::vector<client::LogQuery> log_queries;
  std::string packed_definition;                      // of every experiment
  std::vector<model::Checkpoint> known_checkpoints;   // of every experiment
  std::map<std::string, std::string> known_projects;  // "WORKSPACE/PROJECT" -> id
  std::vector<model::ExperimentPatch> patches;        // that changed experiments
  // What a preview names, by the policy's counts: "0 1 1". One that is not there is refused.
  std::string warning;  // of previews and changes of policy
  std::map<std::string, std::vector<std::string>> previews;
  Error preview_refusal{Failure::master, "json: unsupported value: NaN"};
  std::set<std::string> registered;
  std::optional<Error> registry_refusal;
  model::MasterDescription self;
  std::vector<std::string> asked;
};

}  // namespace det::testing
