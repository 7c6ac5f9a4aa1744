#include "repository_fixture.hpp"

#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/metrics.hpp"
#include "master/repository/trials.hpp"
#include "master/repository/users.hpp"
#include "master/schema.hpp"

namespace det::testing {
namespace {

std::filesystem::path empty_file(const std::filesystem::path& path) {
  write_file(path, "");
  return path;
}

}  // namespace

model::Time at(std::int64_t seconds) {
  return model::Time(std::chrono::seconds(seconds));
}

Catalogue::Catalogue()
    : connection_(empty_file(directory_ / "catalogue.sqlite"), master::Connection::Access::read_write) {
  connection_.execute_script("PRAGMA foreign_keys = ON");
  master::migrate(connection_);
  master::repository::insert_user(connection_, {.username = "ada"}, at(1));
}

std::int64_t Catalogue::add_experiment(model::ExperimentRecord experiment) {
  experiment.owner.id = 1;
  experiment.configuration = "{}";
  if (experiment.searcher_metric.empty()) experiment.searcher_metric = "loss";
  return master::repository::insert_experiment(connection_, experiment);
}

std::int64_t Catalogue::add_trial(std::int64_t experiment_id) {
  model::TrialRecord trial;
  trial.experiment_id = experiment_id;
  trial.hparams = R"({"lr":0.1})";
  trial.run_id = 1;
  return master::repository::insert_trial(connection_, trial);
}

std::int64_t Catalogue::report(std::int64_t trial_id, const std::string& group, std::int64_t steps,
                               const std::string& metrics) {
  model::MetricRecord record;
  record.trial_id = trial_id;
  record.run_id = 1;
  record.group = group;
  record.steps = steps;
  record.reported = at(steps);
  record.metrics = metrics;
  return master::repository::report_metrics(connection_, record);
}

void Catalogue::add_checkpoint(std::int64_t trial_id, const std::string& uuid, std::int64_t steps) {
  model::CheckpointRecord checkpoint;
  checkpoint.id = uuid;
  checkpoint.trial_id = trial_id;
  checkpoint.steps_completed = steps;
  checkpoint.reported = at(steps);
  checkpoint.files = {{"model.pt", 10}};
  master::repository::upsert_checkpoint(connection_, checkpoint);
}

}  // namespace det::testing
