#include "tests/unit/master/collector_scene.hpp"

#include <fmt/format.h>

#include "master/repository/checkpoints.hpp"
#include "master/repository/deletions.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/metrics.hpp"
#include "master/repository/model_registry.hpp"
#include "master/repository/trials.hpp"
#include "master/repository/users.hpp"
#include "model/json.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
namespace repository = master::repository;
using master::Connection;

constexpr int files_of_each = 30;

model::Time at(std::int64_t seconds) {
  return model::Time(std::chrono::seconds(seconds));
}

std::vector<model::CheckpointFile> files() {
  std::vector<model::CheckpointFile> files{{"code/", 0}};
  for (int i = 0; i < files_of_each; ++i) files.push_back({fmt::format("code/{:02}", i), 4});
  files.push_back({"model.pt", 4});
  return files;
}

}  // namespace

CollectorScene::CollectorScene(const fs::path& directory)
    : directory_(directory),
      database_(directory / "master"),
      accounts_(database_),
      services_{.identity = {}, .database = database_, .accounts = accounts_, .timer = timer_} {
  fs::create_directories(storage());
  services_.storage_roots = master::StorageRoots({storage()});
  database_.write([](Connection& connection) {
    if (!repository::user_by_id(connection, 1))
      repository::insert_user(connection, {.username = "ada"}, at(1));
  });
}

master::Warn CollectorScene::warn() {
  return [this](std::string_view line) {
    const std::lock_guard lock(mutex_);
    warnings_.emplace_back(line);
  };
}

std::vector<std::string> CollectorScene::warnings() {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

std::string CollectorScene::configuration(const fs::path& place, const model::GcPolicy& policy) const {
  return fmt::format(
      R"({{"checkpoint_storage":{{"type":"directory","container_path":"{}","save_experiment_best":{},)"
      R"("save_trial_best":{},"save_trial_latest":{}}},"searcher":{{"name":"single","metric":"loss"}}}})",
      place.native(), policy.save_experiment_best, policy.save_trial_best, policy.save_trial_latest);
}

std::int64_t CollectorScene::add_experiment(const fs::path& place) {
  model::ExperimentRecord experiment;
  experiment.owner.id = 1;
  experiment.state = "COMPLETED";
  experiment.searcher_metric = "loss";
  experiment.configuration = configuration(place, {});
  return database_.write(
      [&](Connection& connection) { return repository::insert_experiment(connection, experiment); });
}

std::int64_t CollectorScene::add_trial(std::int64_t experiment_id) {
  model::TrialRecord trial;
  trial.experiment_id = experiment_id;
  trial.run_id = 1;
  return database_.write([&](Connection& connection) { return repository::insert_trial(connection, trial); });
}

void CollectorScene::add_checkpoint(std::int64_t trial_id, int number, std::int64_t steps,
                                    const fs::path& place) {
  model::CheckpointRecord checkpoint;
  checkpoint.id = uuid(number);
  checkpoint.trial_id = trial_id;
  checkpoint.steps_completed = steps;
  checkpoint.reported = at(steps);
  checkpoint.files = files();
  database_.write([&](Connection& connection) { repository::upsert_checkpoint(connection, checkpoint); });
  if (place.empty()) return;
  for (const auto& file : checkpoint.files) {
    if (!file.path.ends_with('/')) write_file(place / checkpoint.id / file.path, "data");
  }
}

void CollectorScene::report(std::int64_t trial_id, std::int64_t steps, double value) {
  model::MetricRecord record;
  record.trial_id = trial_id;
  record.run_id = 1;
  record.group = "validation";
  record.steps = steps;
  record.reported = at(steps);
  record.metrics = fmt::format(R"({{"loss":{}}})", value);
  database_.write([&](Connection& connection) { return repository::report_metrics(connection, record); });
}

void CollectorScene::add_documented_table() {
  const auto experiment = add_experiment(storage());
  add_trial(experiment);
  add_trial(experiment);
  const auto table = model::Json::parse(fixture("gc/gc-policy.json"));
  for (const auto& row : table.at("checkpoints")) {
    const auto number = row.at("checkpoint").get<int>();
    if (!row.at("metric").is_null())
      report(row.at("trial").get<int>(), number * 100, row["metric"].get<double>());
    add_checkpoint(row.at("trial").get<int>(), number, number * 100, storage());
  }
}

void CollectorScene::set_policy(std::int64_t experiment_id, const model::GcPolicy& policy) {
  database_.write([&](Connection& connection) {
    repository::update_experiment(connection, experiment_id,
                                  {.configuration = configuration(storage(), policy)});
  });
}

void CollectorScene::set_state(std::int64_t experiment_id, const std::string& state) {
  database_.write([&](Connection& connection) {
    repository::update_experiment(connection, experiment_id, {.state = state});
  });
}

void CollectorScene::register_checkpoint(int number) {
  database_.write([&](Connection& connection) {
    model::RegisteredModelRecord registered;
    registered.name = "m";
    registered.owner.id = 1;
    model::ModelVersionRecord version;
    version.model.id = repository::insert_model(connection, registered).id;
    version.checkpoint.id = uuid(number);
    version.owner.id = 1;
    repository::insert_model_version(connection, version);
  });
}

model::CheckpointRecord CollectorScene::checkpoint(int number) {
  return database_.read(
      [&](Connection& connection) { return repository::checkpoint_by_id(connection, uuid(number)).value(); });
}

std::set<int> CollectorScene::completed(std::int64_t experiment_id) {
  return database_.read([&](Connection& connection) {
    std::set<int> numbers;
    for (const auto& candidate : repository::gc_candidates(connection, experiment_id)) {
      if (candidate.state_word != "COMPLETED") continue;
      numbers.insert(std::stoi(candidate.id.substr(candidate.id.size() - 4), nullptr, 16));
    }
    return numbers;
  });
}

std::set<int> CollectorScene::on_disk() const {
  std::set<int> numbers;
  for (const auto& entry : fs::directory_iterator(storage())) {
    const auto name = entry.path().filename().native();
    numbers.insert(name.starts_with('.') ? -1 : std::stoi(name.substr(name.size() - 4), nullptr, 16));
  }
  return numbers;
}

std::size_t CollectorScene::unfinished() {
  return database_.read(
      [](Connection& connection) { return repository::unfinished_deletions(connection).size(); });
}

}  // namespace det::testing
