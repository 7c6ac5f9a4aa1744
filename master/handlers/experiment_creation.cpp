#include <fmt/format.h>

#include <chrono>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/experiment_configuration.hpp"
#include "master/found.hpp"
#include "master/handlers/experiment_routes.hpp"
#include "master/handlers/usual_place.hpp"
#include "master/handlers/wrapped.hpp"
#include "master/passwords.hpp"
#include "master/repository/experiments.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"
#include "wire/requests.hpp"

namespace det::master::handlers {
namespace {

void require_usual(std::string_view noun, const std::string& name) {
  if (name.empty() || name == usual_name) return;
  throw Error(Failure::not_found, fmt::format("{} '{}' not found", noun, name));
}

void require_known_project(const wire::NewExperiment& asked) {
  const auto project = asked.project_id.value_or(0);
  if (project != 0 && project != usual_id) {
    throw Error(Failure::not_found, fmt::format("project '{}' not found", project));
  }
}

ExperimentConfiguration configuration_of(const Services& services, const wire::NewExperiment& asked,
                                         model::Time created) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(created.time_since_epoch()).count();
  auto configuration = read_experiment_configuration(
      asked.configuration,
      {.storage = services.default_storage, .name = fmt::format("experiment-{}", seconds), .seed = seconds});
  require_usual("workspace", configuration.workspace);
  require_usual("project", configuration.project);
  return configuration;
}

// Unmanaged experiments begin PAUSED: they run when a trial of theirs says so.
model::ExperimentRecord record_of(const Services& services, const Call& call,
                                  const wire::NewExperiment& asked) {
  if (!asked.unmanaged) {
    throw Error(Failure::usage,
                "this master runs no processes yet: only unmanaged experiments, whose trials run elsewhere "
                "and report "
                "here, can be created");
  }
  require_known_project(asked);
  const auto created = now();
  auto configuration = configuration_of(services, asked, created);
  model::ExperimentRecord experiment;
  experiment.name = std::move(configuration.name);
  experiment.description = std::move(configuration.description);
  experiment.labels = std::move(configuration.labels);
  experiment.state = "PAUSED";
  experiment.unmanaged = true;
  experiment.started = created;
  experiment.job_id = random_uuid();
  experiment.parent_id = asked.parent_id;
  experiment.owner = call.user;
  experiment.configuration = std::move(configuration.document);
  experiment.original_configuration = asked.configuration;
  experiment.searcher_name = std::move(configuration.searcher_name);
  experiment.searcher_metric = std::move(configuration.searcher_metric);
  experiment.smaller_is_better = configuration.smaller_is_better;
  return experiment;
}

model::ExperimentRecord inserted(Connection& connection, const model::ExperimentRecord& experiment) {
  if (experiment.parent_id) found_experiment(connection, *experiment.parent_id);
  return found_experiment(connection, repository::insert_experiment(connection, experiment));
}

std::string created_text(const model::ExperimentRecord& experiment) {
  return wire::ObjectText()
      .document("experiment", wire::experiment_text(experiment, wire::ExperimentForm::single))
      .document("config", experiment.configuration)
      .document("warnings", "[]")
      .finish();
}

Response create(Services& services, const Call& call) {
  const auto asked = wire::decode_new_experiment(call.request.body);
  const auto experiment = record_of(services, call, asked);
  if (asked.validate_only) return json_answer(created_text(experiment));
  return json_answer(created_text(
      services.database.write([&](Connection& connection) { return inserted(connection, experiment); })));
}

// Gets what is there, whatever else the request says, or creates it.
Response get_or_create(Services& services, const Call& call) {
  const auto& external_id = call.words[0];
  const auto known = services.database.read(
      [&](Connection& connection) { return repository::experiment_by_external_id(connection, external_id); });
  if (known) return json_answer(experiment_and_configuration(*known));
  auto experiment = record_of(services, call, wire::decode_new_experiment(call.request.body));
  experiment.external_id = external_id;
  return json_answer(experiment_and_configuration(services.database.write([&](Connection& connection) {
    auto meanwhile = repository::experiment_by_external_id(connection, external_id);
    return meanwhile ? std::move(*meanwhile) : inserted(connection, experiment);
  })));
}

}  // namespace

std::vector<Route> experiment_creation(Services& services) {
  return {
      {"POST", "/api/v1/experiments", [&](const Call& call) { return create(services, call); }},
      {"PUT", "/api/v1/experiments/by-external-id/{id}",
       [&](const Call& call) { return get_or_create(services, call); }},
  };
}

}  // namespace det::master::handlers
