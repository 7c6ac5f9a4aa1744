#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "client/list_answer.hpp"
#include "wire/experiment.hpp"
#include "wire/gc_preview.hpp"
#include "wire/object.hpp"

namespace det::client {

int HttpMaster::experiments(const ExperimentQuery& query, const Sink<model::Experiment>& sink) {
  CallPath path("/api/v1/experiments");
  if (query.archived) path.with("archived", *query.archived ? "true" : "false");
  path.with(query.paging);
  if (query.newest_first) path.with("sortBy", "SORT_BY_ID").with("orderBy", "ORDER_BY_DESC");
  for (const std::string& owner : query.owners) path.with("users", owner);
  const auto answer = exchange_.open({.path = path.text()});
  return read_page(*answer, "experiments", [&](const model::Json& element, const wire::Place& place) {
    return sink(wire::decode_experiment(element, place));
  });
}

model::Experiment HttpMaster::experiment(const std::string& id) {
  return wire::decode_experiment_answer(exchange_.document({.path = experiment_path(id).text()}));
}

model::Json HttpMaster::experiment_document(const std::string& id) {
  model::Json answer = exchange_.document({.path = experiment_path(id).text()});
  wire::decode_experiment_answer(answer);  // so that nothing else is passed on as one
  return answer;
}

std::string HttpMaster::model_definition(const std::string& experiment_id) {
  const auto answer = exchange_.document({.path = experiment_path(experiment_id).part("model_def").text()});
  return wire::Object(answer, wire::Place{"answer"}).text("b64Tgz");
}

PreviewedCollection HttpMaster::preview_gc(const std::string& experiment_id, const model::GcPolicy& policy) {
  check_number("experiment", experiment_id);
  CallPath path("/experiments");
  path.part(experiment_id)
      .part("preview_gc")
      .with("save_experiment_best", policy.save_experiment_best)
      .with("save_trial_best", policy.save_trial_best)
      .with("save_trial_latest", policy.save_trial_latest);
  const auto answer = exchange_.open({.path = path.text()});
  PreviewedCollection previewed;
  const auto rest =
      read_elements(*answer, "checkpoints", [&](const wire::PaddedText& element, const wire::Place& place) {
        previewed.checkpoints.push_back(wire::decode_previewed_checkpoint(element, place));
        return true;
      });
  previewed.warning = wire::decode_warning(rest);
  return previewed;
}

}  // namespace det::client
