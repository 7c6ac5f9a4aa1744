#include "tests/support/fake_master.hpp"

#include <algorithm>
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

model::Json document_of(const model::Workload& workload) {
  return {{"training", {{"totalBatches", workload.total_batches}}}};
}

}  // namespace

model::MasterDescription FakeMaster::description() {
  unexpected("description");
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

void FakeMaster::checkpoints(const client::CheckpointQuery&, const client::Sink<model::Checkpoint>&) {
  unexpected("checkpoints");
}

model::Checkpoint FakeMaster::checkpoint(const std::string& uuid) {
  unexpected("checkpoint " + uuid);
}

std::unique_ptr<http::Response> FakeMaster::archive(const std::string& uuid, client::ArchiveFormat) {
  unexpected("archive " + uuid);
}

std::vector<client::PreviewedCheckpoint> FakeMaster::preview_gc(const std::string& experiment_id,
                                                                const model::GcPolicy&) {
  unexpected("preview_gc " + experiment_id);
}

void FakeMaster::set_gc_policy(const std::string& experiment_id, const model::GcPolicy&) {
  unexpected("set_gc_policy " + experiment_id);
}

std::set<std::string> FakeMaster::registered_checkpoints() {
  unexpected("registered_checkpoints");
}

}  // namespace det::testing
