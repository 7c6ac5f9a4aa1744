#include "tests/unit/master/handlers/master_fixture.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/metrics.hpp"
#include "master/repository/trials.hpp"
#include "master/repository/users.hpp"

namespace det::testing {
namespace {

namespace repository = master::repository;
using master::Connection;

constexpr const char* configuration =
    R"({"name":"test","searcher":{"name":"single","metric":"loss","smaller_is_better":true}})";

model::Time at(std::int64_t seconds) {
  return model::Time(std::chrono::seconds(seconds));
}

std::string body_of(master::Response response) {
  auto text = std::move(response.body);
  if (!response.stream) return text;
  response.stream->on_ready([] {});
  std::string piece;
  while (response.stream->next(piece) == master::BodyStream::Step::more) {
    text += piece;
    piece.clear();
  }
  return text;
}

model::Json parsed(const std::string& text) {
  auto json = model::Json::parse(text, nullptr, false);
  return json.is_discarded() ? model::Json() : json;
}

}  // namespace

std::string Answered::error() const {
  return json.at("error").value("error", "");
}

model::Json Answered::results() const {
  auto values = model::Json::array();
  for (std::size_t start = 0; start < text.size();) {
    const auto end = text.find('\n', start);
    values.push_back(model::Json::parse(text.substr(start, end - start)).at("result"));
    start = end + 1;
  }
  return values;
}

MasterFixture::MasterFixture()
    : database_(directory_ / "master"),
      accounts_(database_),
      services_{.identity = {.cluster_id = uuid(1), .master_id = uuid(2), .cluster_name = "test"},
                .database = database_,
                .accounts = accounts_,
                .timer = timer_},
      api_(master::api(services_, {"localhost"})) {
  database_.write([](Connection& connection) {
    return repository::insert_user(connection, {.username = "determined", .admin = true}, at(1));
  });
  token = accounts_.sign_in_owner("determined").token;
}

Answered MasterFixture::ask(const std::string& method, const std::string& path, const std::string& body) {
  auto came = response(method, path, body);
  Answered answered{.status = came.status};
  answered.text = body_of(std::move(came));
  answered.json = parsed(answered.text);
  return answered;
}

master::Response MasterFixture::response(const std::string& method, const std::string& path,
                                         const std::string& body) {
  const auto mark = std::min(path.find('?'), path.size());
  master::Request request{.method = method,
                          .path = path.substr(0, mark),
                          .query = path.substr(std::min(mark + 1, path.size())),
                          .headers = {{"Host", "localhost:8080"}},
                          .body = body};
  if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + token});
  // Shared: what comes late finds nobody waiting.
  const auto came = std::make_shared<master::Response>();
  came->status = 0;
  api_(std::move(request), master::Responder([came](master::Response answer) { *came = std::move(answer); }));
  return std::exchange(*came, {});
}

std::int64_t MasterFixture::add_experiment(model::ExperimentRecord experiment) {
  experiment.owner.id = 1;
  if (experiment.configuration.empty()) experiment.configuration = configuration;
  if (experiment.searcher_metric.empty()) experiment.searcher_metric = "loss";
  return database_.write(
      [&](Connection& connection) { return repository::insert_experiment(connection, experiment); });
}

std::int64_t MasterFixture::add_trial(std::int64_t experiment_id) {
  return database_.write([&](Connection& connection) {
    model::TrialRecord trial;
    trial.experiment_id = experiment_id;
    trial.hparams = R"({"lr":0.1})";
    trial.run_id = 1;
    const auto id = repository::insert_trial(connection, trial);
    repository::update_trial(connection, id, {.task_id = fmt::format("task-{}", id)});
    return id;
  });
}

void MasterFixture::report(std::int64_t trial_id, const std::string& group, std::int64_t steps,
                           const std::string& metrics) {
  model::MetricRecord record;
  record.trial_id = trial_id;
  record.run_id = 1;
  record.group = group;
  record.steps = steps;
  record.reported = at(steps);
  record.metrics = metrics;
  database_.write([&](Connection& connection) { return repository::report_metrics(connection, record); });
}

void MasterFixture::add_checkpoint(std::int64_t trial_id, const std::string& id, std::int64_t steps) {
  model::CheckpointRecord checkpoint;
  checkpoint.id = id;
  checkpoint.trial_id = trial_id;
  checkpoint.steps_completed = steps;
  checkpoint.metadata = fmt::format(R"({{"steps_completed":{}}})", steps);
  checkpoint.reported = at(steps);
  checkpoint.files = {{"model.pt", 10}};
  database_.write([&](Connection& connection) { repository::upsert_checkpoint(connection, checkpoint); });
}

std::string uuid(int number) {
  return fmt::format("00000000-0000-4000-8000-{:012x}", number);
}

std::vector<std::string> keys(const model::Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

}  // namespace det::testing
