#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "master/api_answer.hpp"
#include "master/found.hpp"
#include "master/handlers/handlers.hpp"
#include "master/handlers/paging.hpp"
#include "master/handlers/trial_routes.hpp"
#include "master/handlers/wrapped.hpp"
#include "master/list_parameters.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/trials.hpp"
#include "master/repository/workloads.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

using repository::TrialSort;

constexpr std::int64_t trial_portion = 500;
constexpr std::int64_t workload_portion = 500;

constexpr std::array<std::pair<std::string_view, TrialSort>, 12> sorts{
    {{"SORT_BY_UNSPECIFIED", TrialSort::id},
     {"SORT_BY_ID", TrialSort::id},
     {"SORT_BY_START_TIME", TrialSort::start_time},
     {"SORT_BY_END_TIME", TrialSort::end_time},
     {"SORT_BY_STATE", TrialSort::state},
     {"SORT_BY_BEST_VALIDATION_METRIC", TrialSort::best_validation_metric},
     {"SORT_BY_LATEST_VALIDATION_METRIC", TrialSort::latest_validation_metric},
     {"SORT_BY_BATCHES_PROCESSED", TrialSort::batches_processed},
     {"SORT_BY_DURATION", TrialSort::duration},
     {"SORT_BY_RESTARTS", TrialSort::restarts},
     {"SORT_BY_CHECKPOINT_SIZE", TrialSort::checkpoint_size},
     {"SORT_BY_LOG_RETENTION_DAYS", TrialSort::id}}};  // logs are kept

repository::TrialQuery wanted_of(const Query& query) {
  const auto sort = query.text("sortBy").value_or("SORT_BY_UNSPECIFIED");
  repository::TrialQuery wanted{
      .sort = value_of_word<TrialSort>(sorts, sort, "apiv1.GetExperimentTrialsRequest_SortBy"),
      .direction = direction_of(query),
      .slice = slice_of(query)};
  for (const auto& word : query.texts("states")) {
    auto state = state_of_word(trial_states, word, "trialv1.State");
    if (state) wanted.states.push_back(std::move(*state));
  }
  return wanted;
}

Response list(Services& services, const Call& call) {
  const auto id = call.id(0, "experiment_id");
  const auto wanted = wanted_of(call.query);
  const auto total = services.database.read([&](Connection& connection) {
    found_experiment(connection, id);
    auto counting = wanted;
    counting.slice = {.limit = none};
    return repository::list_trials(connection, id, counting).total;
  });
  const auto page = page_of(wanted.slice, total);
  return paged_answer("trials", page, trial_portion, [&services, id, wanted](const repository::Slice& slice) {
    auto query = wanted;
    query.slice = slice;
    const auto rows = services.database.read(
        [&](Connection& connection) { return repository::list_trials(connection, id, query).rows; });
    return joined_texts(rows, wire::trial_text);
  });
}

Response get(Services& services, const Call& call) {
  const auto id = call.id(0, "trial_id");
  return json_answer(wrapped_trial(
      services.database.read([&](Connection& connection) { return found_trial(connection, id); })));
}

Response get_by_external_id(Services& services, const Call& call) {
  const auto trial = services.database.read([&](Connection& connection) {
    const auto experiment = repository::experiment_by_external_id(connection, call.words[0]);
    for (const auto id : experiment ? experiment->trial_ids : std::vector<std::int64_t>()) {
      auto one = found_trial(connection, id);
      if (one.external_id == call.words[1]) return one;
    }
    throw Error(Failure::not_found, fmt::format("trial '{}/{}' not found", call.words[0], call.words[1]));
  });
  return json_answer(wrapped_trial(trial));
}

using Kinds = repository::WorkloadKinds;

constexpr std::array<std::pair<std::string_view, Kinds>, 4> filters{
    {{"FILTER_OPTION_UNSPECIFIED", {}},
     {"FILTER_OPTION_CHECKPOINT", {.training = false, .validation = false}},
     {"FILTER_OPTION_VALIDATION", {.training = false, .checkpoints = false}},
     {"FILTER_OPTION_CHECKPOINT_OR_VALIDATION", {.training = false}}}};
constexpr std::array<std::pair<std::string_view, Kinds>, 4> metric_types{
    {{"METRIC_TYPE_UNSPECIFIED", {}},
     {"METRIC_TYPE_TRAINING", {.validation = false}},
     {"METRIC_TYPE_VALIDATION", {.training = false}},
     {"METRIC_TYPE_PROFILING", {.training = false, .validation = false}}}};

// What both the filter and the type of metrics let through.
Kinds kinds_of(const Query& query) {
  const auto filter =
      value_of_word<Kinds>(filters, query.text("filter").value_or("FILTER_OPTION_UNSPECIFIED"),
                           "apiv1.GetTrialWorkloadsRequest_FilterOption");
  const auto type = value_of_word<Kinds>(
      metric_types, query.text("metricType").value_or("METRIC_TYPE_UNSPECIFIED"), "apiv1.MetricType");
  return {.training = filter.training && type.training,
          .validation = filter.validation && type.validation,
          .checkpoints = filter.checkpoints && type.checkpoints};
}

std::string text_of(const repository::Workload& workload, bool with_batch_metrics) {
  if (const auto* checkpoint = std::get_if<model::CheckpointRecord>(&workload))
    return wire::workload_text(*checkpoint);
  return wire::workload_text(std::get<model::MetricRecord>(workload), with_batch_metrics).value_or("{}");
}

Response workloads(Services& services, const Call& call) {
  const auto id = call.id(0, "trial_id");
  const repository::WorkloadQuery wanted{
      .kinds = kinds_of(call.query), .direction = direction_of(call.query), .slice = slice_of(call.query)};
  const bool batches = call.query.flag("includeBatchMetrics").value_or(false);
  const auto total = services.database.read([&](Connection& connection) {
    found_trial(connection, id);
    auto counting = wanted;
    counting.slice = {.limit = none};
    return repository::list_workloads(connection, id, counting).total;
  });
  const auto page = page_of(wanted.slice, total);
  const auto text = [&services, id, wanted, batches](const repository::Slice& slice) {
    auto query = wanted;
    query.slice = slice;
    const auto rows = services.database.read(
        [&](Connection& connection) { return repository::list_workloads(connection, id, query).rows; });
    return joined_texts(rows, [&](const auto& workload) { return text_of(workload, batches); });
  };
  return paged_answer("workloads", page, workload_portion, text);
}

}  // namespace

std::vector<Route> trials(Services& services) {
  std::vector<Route> routes{
      {"GET", "/api/v1/experiments/{id}/trials", [&](const Call& call) { return list(services, call); }},
      {"GET", "/api/v1/trials/by-external-id/{experiment}/{trial}",
       [&](const Call& call) { return get_by_external_id(services, call); }},
      {"GET", "/api/v1/trials/{id}", [&](const Call& call) { return get(services, call); }},
      {"GET", "/api/v1/trials/{id}/workloads", [&](const Call& call) { return workloads(services, call); }},
  };
  for (auto more : {trial_changes(services), runs(services)}) {
    routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return routes;
}

}  // namespace det::master::handlers
