#pragma once

#include <set>
#include <string>
#include <vector>

#include "client/exchange.hpp"
#include "client/master.hpp"

namespace det::client {

// Master over HTTP; the calls of each noun stand in http_master_NOUN.cpp. Made by http_master().
class HttpMaster final : public Master {
 public:
  explicit HttpMaster(Exchange exchange) : exchange_(exchange) {}

  const std::string& address() const override { return exchange_.address(); }

  model::MasterDescription description() override;
  model::User me() override;

  int experiments(const ExperimentQuery& query, const Sink<model::Experiment>& sink) override;
  model::Experiment experiment(const std::string& id) override;
  model::Json experiment_document(const std::string& id) override;
  std::string model_definition(const std::string& experiment_id) override;
  void change_experiment(const std::string& id, const model::ExperimentPatch& patch) override;
  void change_experiment(const std::string& id, ExperimentVerb verb) override;
  void delete_experiment(const std::string& id) override;
  void delete_tensorboard_files(const std::string& experiment_id) override;
  std::string project_id(const std::string& workspace, const std::string& project) override;
  void move_experiment(const std::string& id, const std::string& project_id) override;
  void retain_experiment_logs(const std::string& id, int days) override;
  PreviewedCollection preview_gc(const std::string& experiment_id, const model::GcPolicy& policy) override;
  std::string set_gc_policy(const std::string& experiment_id, const model::GcPolicy& policy) override;

  int trials(const std::string& experiment_id, const Paging& paging, const Sink<model::Trial>& sink) override;
  model::Trial trial(const std::string& id) override;
  void retain_trial_logs(const std::string& id, int days) override;
  void kill_trial(const std::string& id) override;
  model::Json trial_document(const std::string& id) override;
  int workloads(const std::string& trial_id, const Paging& paging, bool with_batch_metrics,
                const Sink<model::Workload>& sink) override;
  model::Json workloads_document(const std::string& trial_id, const Paging& paging,
                                 bool with_batch_metrics) override;
  void trial_logs(const LogQuery& query, const Sink<model::LogLine>& sink,
                  const std::function<void()>& caught_up) override;

  void checkpoints(const CheckpointQuery& query, const Sink<model::Checkpoint>& sink) override;
  model::Checkpoint checkpoint(const std::string& uuid) override;
  std::unique_ptr<http::Response> archive(const std::string& uuid, ArchiveFormat format) override;
  void delete_checkpoints(const std::vector<std::string>& uuids) override;
  void remove_checkpoint_files(const std::vector<std::string>& uuids,
                               const std::vector<std::string>& globs) override;
  model::Checkpoint set_checkpoint_metadata(const std::string& uuid, const model::Json& metadata) override;

  std::set<std::string> registered_checkpoints() override;

 private:
  Exchange exchange_;
};

}  // namespace det::client
