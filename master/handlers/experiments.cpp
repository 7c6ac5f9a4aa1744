#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "master/api_answer.hpp"
#include "master/found.hpp"
#include "master/handlers/experiment_routes.hpp"
#include "master/handlers/handlers.hpp"
#include "master/handlers/paging.hpp"
#include "master/list_parameters.hpp"
#include "master/repository/experiments.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

using repository::ExperimentSort;

constexpr std::int64_t portion = 500;

constexpr std::array<std::pair<std::string_view, ExperimentSort>, 16> sorts{
    {{"SORT_BY_UNSPECIFIED", ExperimentSort::id},
     {"SORT_BY_ID", ExperimentSort::id},
     {"SORT_BY_DESCRIPTION", ExperimentSort::description},
     {"SORT_BY_START_TIME", ExperimentSort::start_time},
     {"SORT_BY_END_TIME", ExperimentSort::end_time},
     {"SORT_BY_STATE", ExperimentSort::state},
     {"SORT_BY_NUM_TRIALS", ExperimentSort::trial_count},
     {"SORT_BY_PROGRESS", ExperimentSort::progress},
     {"SORT_BY_USER", ExperimentSort::user},
     {"SORT_BY_NAME", ExperimentSort::name},
     {"SORT_BY_FORKED_FROM", ExperimentSort::forked_from},
     {"SORT_BY_RESOURCE_POOL", ExperimentSort::resource_pool},
     {"SORT_BY_PROJECT_ID", ExperimentSort::project_id},
     {"SORT_BY_CHECKPOINT_SIZE", ExperimentSort::checkpoint_size},
     {"SORT_BY_CHECKPOINT_COUNT", ExperimentSort::checkpoint_count},
     {"SORT_BY_SEARCHER_METRIC_VAL", ExperimentSort::searcher_metric_value}}};

constexpr std::array<std::string_view, 16> states{
    "ACTIVE",         "PAUSED",          "STOPPING_COMPLETED", "STOPPING_CANCELED",
    "STOPPING_ERROR", "STOPPING_KILLED", "COMPLETED",          "CANCELED",
    "ERROR",          "DELETED",         "DELETING",           "DELETE_FAILED",
    "QUEUED",         "PULLING",         "STARTING",           "RUNNING"};

repository::ExperimentFilter filter_of(const Query& query) {
  repository::ExperimentFilter filter{.archived = query.flag("archived"),
                                      .usernames = query.texts("users"),
                                      .user_ids = query.integers("userIds"),
                                      .ids = query.integers("experimentIdFilter.incl"),
                                      .labels = query.texts("labels"),
                                      .name = query.text("name").value_or(""),
                                      .description = query.text("description").value_or("")};
  for (const auto& word : query.texts("states")) {
    auto state = state_of_word(states, word, "experimentv1.State");
    if (state) filter.states.push_back(std::move(*state));
  }
  const auto project = query.integer("projectId").value_or(0);
  if (project != 0) filter.project_id = project;
  return filter;
}

repository::ExperimentQuery wanted_of(const Query& query) {
  const auto sort = query.text("sortBy").value_or("SORT_BY_UNSPECIFIED");
  return {.filter = filter_of(query),
          .sort = value_of_word<ExperimentSort>(sorts, sort, "apiv1.GetExperimentsRequest_SortBy"),
          .direction = direction_of(query),
          .slice = slice_of(query)};
}

Response list(Services& services, const Call& call) {
  const auto wanted = wanted_of(call.query);
  auto counting = wanted;
  counting.slice = {.limit = none};
  const auto total = services.database.read(
      [&](Connection& connection) { return repository::list_experiments(connection, counting).total; });
  const auto page = page_of(wanted.slice, total);
  return paged_answer("experiments", page, portion, [&services, wanted](const repository::Slice& slice) {
    auto query = wanted;
    query.slice = slice;
    const auto rows = services.database.read(
        [&](Connection& connection) { return repository::list_experiments(connection, query).rows; });
    return joined_texts(
        rows, [](const auto& row) { return wire::experiment_text(row, wire::ExperimentForm::in_list); });
  });
}

Response get(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  const auto experiment =
      services.database.read([&](Connection& connection) { return found_experiment(connection, id); });
  return json_answer(
      wire::ObjectText()
          .document("experiment", wire::experiment_text(experiment, wire::ExperimentForm::single))
          .null("jobSummary")
          .document("config", experiment.configuration)
          .finish());
}

// Unmanaged experiments have no files of their own here.
Response model_definition(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  services.database.read([&](Connection& connection) { found_experiment(connection, id); });
  throw Error(Failure::not_found, "experiment has no model definition");
}

Response best_metric(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  const auto best = services.database.read([&](Connection& connection) {
    found_experiment(connection, id);
    return repository::best_searcher_value(connection, id);
  });
  if (!best) throw Error(Failure::not_found, fmt::format("experiment '{}' has no validation yet", id));
  return json_answer(wire::ObjectText().number("metric", *best).finish());
}

}  // namespace

std::vector<Route> experiments(Services& services) {
  std::vector<Route> routes{
      {"GET", "/api/v1/experiments", [&](const Call& call) { return list(services, call); }},
      {"GET", "/api/v1/experiments/{id}", [&](const Call& call) { return get(services, call); }},
      {"GET", "/api/v1/experiments/{id}/model_def",
       [&](const Call& call) { return model_definition(services, call); }},
      {"GET", "/api/v1/experiments/{id}/searcher/best_searcher_validation_metric",
       [&](const Call& call) { return best_metric(services, call); }},
  };
  for (auto more : {experiment_creation(services), experiment_changes(services)}) {
    routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return routes;
}

}  // namespace det::master::handlers
