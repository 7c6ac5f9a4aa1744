#include "tests/support/fake_source.hpp"

#include <utility>

#include "model/error.hpp"

namespace det::testing {

model::Experiment FakeSource::experiment(const std::string& id) {
  model::Experiment experiment;
  experiment.id = id;
  return experiment;
}

model::Trial FakeSource::trial(const std::string& id) {
  model::Trial trial;
  trial.id = id;
  return trial;
}

void FakeSource::trials(const std::string&, const sources::Sink<model::Trial>& sink) {
  sink(trial("1"));
}

void FakeSource::checkpoints(const sources::Query&, const sources::Sink<model::Checkpoint>& sink) {
  ++lists_read;
  for (const auto& row : rows) {
    if (!sink(row)) return;
  }
}

model::Checkpoint FakeSource::checkpoint(const std::string& id) {
  if (id == refused) throw Error(Failure::master, "the master refuses " + id);
  for (const auto& row : rows) {
    if (row.id == id) return row;
  }
  throw Error(Failure::not_found, "checkpoint '" + id + "' not found");
}

std::optional<std::filesystem::path> FakeSource::location(const model::Checkpoint&) {
  return std::nullopt;
}

std::vector<std::unique_ptr<storage::Route>> FakeSource::routes(const model::Checkpoint&,
                                                                const storage::RouteOptions&) {
  throw Error(Failure::storage, "a fake source has no bytes");
}

std::vector<std::unique_ptr<storage::FileReader>> FakeSource::readers(const model::Checkpoint&) {
  return std::move(ways);
}

model::Checkpoint checkpoint_with_loss(const std::string& id, std::optional<double> loss) {
  static const auto configuration = [] {
    auto made = std::make_shared<model::ExperimentConfiguration>();
    made->searcher.metric = "loss";
    return made;
  }();
  model::Checkpoint checkpoint;
  checkpoint.id = id;
  checkpoint.trial_id = "1";
  checkpoint.experiment_id = "12";
  checkpoint.state = model::CheckpointState::completed;
  checkpoint.state_word = "COMPLETED";
  checkpoint.searcher_metric = loss;
  checkpoint.configuration = configuration;
  if (loss) checkpoint.validation_metrics = {{"avgMetrics", {{"loss", *loss}, {"accuracy", 1 - *loss}}}};
  return checkpoint;
}

}  // namespace det::testing
