#include "tests/support/fake_master.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/error.hpp"

namespace det::testing {
namespace {

[[noreturn]] void unexpected(const std::string& question) {
  throw std::logic_error("the fake master cannot answer: " + question);
}

Error unknown(const std::string& what, const std::string& id) {
  return Error(Failure::not_found, what + " '" + id + "' not found");
}

// The elements of one page as [first, behind).
struct Page {
  std::size_t first = 0;
  std::size_t behind = 0;
};

Page page_of(const client::Paging& paging, std::size_t total) {
  const auto first = std::min(static_cast<std::size_t>(paging.offset), total);
  const auto most = paging.limit <= 0 ? total : static_cast<std::size_t>(paging.limit);
  return {first, std::min(first + most, total)};
}

std::string counts(const model::GcPolicy& policy) {
  return std::to_string(policy.save_experiment_best) + " " + std::to_string(policy.save_trial_best) + " " +
         std::to_string(policy.save_trial_latest);
}

std::string words(const std::vector<std::string>& list) {
  std::string line;
  for (const auto& word : list) line += " " + word;
  return line;
}

model::Json document_of(const model::Workload& workload) {
  return {{"training", {{"totalBatches", workload.total_batches}}}};
}

}  // namespace

model::MasterDescription FakeMaster::description() {
  return self;
}

model::User FakeMaster::me() {
  unexpected("me");
}

int FakeMaster::experiments(const client::ExperimentQuery&, const client::Sink<model::Experiment>&) {
  unexpected("experiments");
}

model::Experiment FakeMaster::experiment(const std::string& id) {
  asked.push_back("experiment " + id);
  const auto found = known_experiments.find(id);
  if (found == known_experiments.end()) throw unknown("experiment", id);
  return found->second;
}

model::Json FakeMaster::experiment_document(const std::string& id) {
  return {{"experiment", {{"name", experiment(id).name}}}};
}

int FakeMaster::trials(const std::string& experiment_id, const client::Paging&,
                       const client::Sink<model::Trial>& sink) {
  asked.push_back("trials " + experiment_id);
  int delivered = 0;
  for (const auto& trial : known_trials) {
    if (trial.experiment_id != experiment_id) continue;
    ++delivered;
    sink(trial);
  }
  return delivered;
}

model::Trial FakeMaster::trial(const std::string& id) {
  asked.push_back("trial " + id);
  for (const auto& trial : known_trials) {
    if (trial.id == id) return trial;
  }
  throw unknown("trial", id);
}

model::Json FakeMaster::trial_document(const std::string& id) {
  return {{"trial", {{"state", trial(id).state}}}};
}

int FakeMaster::workloads(const std::string& trial_id, const client::Paging& paging, bool,
                          const client::Sink<model::Workload>& sink) {
  asked.push_back("workloads " + trial_id + " from " + std::to_string(paging.offset));
  const auto& all = known_workloads[trial_id];
  const auto [first, behind] = page_of(paging, all.size());
  for (auto i = first; i < behind; ++i) sink(all[i]);
  return static_cast<int>(all.size());
}

model::Json FakeMaster::workloads_document(const std::string& trial_id, const client::Paging& paging,
                                           bool with_batch_metrics) {
  auto documents = model::Json::array();
  const auto total = workloads(trial_id, paging, with_batch_metrics, [&](const model::Workload& workload) {
    documents.push_back(document_of(workload));
    return true;
  });
  return {{"workloads", documents}, {"pagination", {{"total", total}}}};
}

void FakeMaster::checkpoints(const client::CheckpointQuery& query,
                             const client::Sink<model::Checkpoint>& sink) {
  asked.push_back("checkpoints " + query.id);
  for (const auto& checkpoint : known_checkpoints) {
    if (!sink(checkpoint)) return;
  }
}

model::Checkpoint FakeMaster::checkpoint(const std::string& uuid) {
  asked.push_back("checkpoint " + uuid);
  for (const auto& checkpoint : known_checkpoints) {
    if (checkpoint.id == uuid) return checkpoint;
  }
  throw unknown("checkpoint", uuid);
}

std::unique_ptr<http::Response> FakeMaster::archive(const std::string& uuid, client::ArchiveFormat) {
  unexpected("archive " + uuid);
}

void FakeMaster::delete_checkpoints(const std::vector<std::string>& uuids) {
  asked.push_back("delete" + words(uuids));
}

void FakeMaster::remove_checkpoint_files(const std::vector<std::string>& uuids,
                                         const std::vector<std::string>& globs) {
  asked.push_back("remove" + words(globs) + " from" + words(uuids));
}

model::Checkpoint FakeMaster::set_checkpoint_metadata(const std::string& uuid, const model::Json& metadata) {
  asked.push_back("set metadata " + uuid + " " + metadata.dump());
  auto changed = checkpoint(uuid);
  changed.metadata = metadata;
  return changed;
}

std::string FakeMaster::model_definition(const std::string& experiment_id) {
  asked.push_back("model definition " + experiment_id);
  return packed_definition;
}

void FakeMaster::trial_logs(const client::LogQuery& query, const client::Sink<model::LogLine>& sink,
                            const std::function<void()>& caught_up) {
  asked.push_back("logs " + query.trial_id);
  log_queries.push_back(query);
  for (const auto& line : known_lines) {
    if (!sink(line)) return;
  }
  caught_up();
  if (log_break) throw *log_break;
}

void FakeMaster::change_experiment(const std::string& id, const model::ExperimentPatch& patch) {
  asked.push_back("patch " + id);
  patches.push_back(patch);
}

void FakeMaster::change_experiment(const std::string& id, client::ExperimentVerb verb) {
  constexpr std::array words{"activate", "archive", "cancel", "kill", "pause", "unarchive"};
  asked.push_back(words.at(static_cast<std::size_t>(verb)) + (" " + id));
}

void FakeMaster::delete_experiment(const std::string& id) {
  asked.push_back("delete experiment " + id);
}

void FakeMaster::delete_tensorboard_files(const std::string& experiment_id) {
  asked.push_back("delete TensorBoard files of " + experiment_id);
}

std::string FakeMaster::project_id(const std::string& workspace, const std::string& project) {
  asked.push_back("project " + workspace + "/" + project);
  const auto found = known_projects.find(workspace + "/" + project);
  if (found == known_projects.end()) throw unknown("project", project);
  return found->second;
}

void FakeMaster::move_experiment(const std::string& id, const std::string& project_id) {
  asked.push_back("move " + id + " to " + project_id);
}

void FakeMaster::retain_experiment_logs(const std::string& id, int days) {
  asked.push_back("retain logs of experiment " + id + " for " + std::to_string(days));
}

void FakeMaster::retain_trial_logs(const std::string& id, int days) {
  asked.push_back("retain logs of trial " + id + " for " + std::to_string(days));
}

void FakeMaster::kill_trial(const std::string& id) {
  asked.push_back("kill trial " + id);
}

client::PreviewedCollection FakeMaster::preview_gc(const std::string& experiment_id,
                                                   const model::GcPolicy& policy) {
  asked.push_back("preview " + experiment_id + " " + counts(policy));
  const auto found = previews.find(counts(policy));
  if (found == previews.end()) throw preview_refusal;
  client::PreviewedCollection named{.checkpoints = {}, .warning = warning};
  for (const auto& id : found->second) named.checkpoints.push_back({id, 0});
  return named;
}

std::string FakeMaster::set_gc_policy(const std::string& experiment_id, const model::GcPolicy& policy) {
  asked.push_back("set policy " + experiment_id + " " + counts(policy));
  return warning;
}

std::set<std::string> FakeMaster::registered_checkpoints() {
  asked.push_back("registered checkpoints");
  if (registry_refusal) throw *registry_refusal;
  return registered;
}

}  // namespace det::testing
