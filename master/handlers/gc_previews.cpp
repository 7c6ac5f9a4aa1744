#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "master/api_answer.hpp"
#include "master/collection_plan.hpp"
#include "master/found.hpp"
#include "master/handlers/handlers.hpp"
#include "master/repository/checkpoints.hpp"
#include "model/error.hpp"
#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {
namespace {

constexpr std::size_t rows_of_a_piece = 100;

struct Parameter {
  std::string_view name;      // as it is sent and missed
  std::string_view in_query;  // as a Query knows it
};

int count(const Call& call, const Parameter& parameter) {
  const auto value = call.query.integer(parameter.in_query);
  if (!value) throw Error(Failure::usage, fmt::format("missing parameter: {}", parameter.name));
  return static_cast<int>(std::clamp<std::int64_t>(*value, 0, std::numeric_limits<int>::max()));
}

model::GcPolicy policy_of(const Call& call) {
  const int experiment_best = count(call, {"save_experiment_best", "saveExperimentBest"});
  const int trial_best = count(call, {"save_trial_best", "saveTrialBest"});
  const int trial_latest = count(call, {"save_trial_latest", "saveTrialLatest"});
  return {.save_experiment_best = experiment_best,
          .save_trial_best = trial_best,
          .save_trial_latest = trial_latest};
}

// The answer, row by row.
class Preview {
 public:
  Preview(Services& services, model::ExperimentRecord experiment, CollectionPlan plan)
      : services_(services), experiment_(std::move(experiment)), plan_(std::move(plan)) {}

  std::string next() {
    if (ended_) return {};
    std::string text = at_ == 0 ? opening() : "";
    const auto end = std::min(at_ + rows_of_a_piece, plan_.removed.size());
    services_.database.read([&](Connection& connection) {
      for (; at_ < end; ++at_) add_row(connection, text);
    });
    ended_ = at_ == plan_.removed.size();
    return ended_ ? text + closing() : text;
  }

 private:
  std::string opening() const {
    return plan_.removed.empty() ? R"({"checkpoints":null)" : R"({"checkpoints":[)";
  }

  void add_row(Connection& connection, std::string& text) {
    const auto checkpoint = repository::checkpoint_by_id(connection, plan_.removed[at_]);
    if (!checkpoint) return;
    if (any_) text += ',';
    any_ = true;
    text += wire::previewed_text(*checkpoint, experiment_.configuration);
  }

  std::string closing() const {
    std::string text = plan_.removed.empty() ? "" : "]";
    text += ",\"metric_name\":" + wire::string_text(experiment_.searcher_metric);
    if (plan_.hindrance) text += ",\"warning\":" + wire::string_text(*plan_.hindrance);
    return text + "}\n";
  }

  Services& services_;
  model::ExperimentRecord experiment_;
  CollectionPlan plan_;
  std::size_t at_ = 0;
  bool any_ = false;
  bool ended_ = false;
};

Response preview(Services& services, const Call& call) {
  const auto policy = policy_of(call);
  const auto id = call.id(0, "experiment_id");
  auto experiment =
      services.database.read([&](Connection& connection) { return found_experiment(connection, id); });
  auto plan = plan_collection(services, id, policy);
  const auto rows = std::make_shared<Preview>(services, std::move(experiment), std::move(plan));
  return pieces_answer([rows] { return rows->next(); });
}

}  // namespace

std::vector<Route> gc_previews(Services& services) {
  return {{"GET", "/experiments/{id}/preview_gc", [&](const Call& call) { return preview(services, call); }}};
}

}  // namespace det::master::handlers
