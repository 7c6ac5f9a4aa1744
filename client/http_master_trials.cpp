#include "client/call_path.hpp"
#include "client/http_master_calls.hpp"
#include "client/list_answer.hpp"
#include "wire/object.hpp"
#include "wire/pagination.hpp"
#include "wire/trial.hpp"
#include "wire/workload.hpp"

namespace det::client {
namespace {

model::Trial decoded(const model::Json& answer) {
  const wire::Object fields(answer, wire::Place{"answer"});
  return wire::decode_trial(fields.field("trial"), wire::Place{"trial"});
}

std::string workloads_path(const std::string& trial_id, const Paging& paging, bool with_batch_metrics) {
  CallPath path = trial_path(trial_id).part("workloads");
  if (with_batch_metrics) path.with("includeBatchMetrics", "true");
  return path.with(paging).text();
}

}  // namespace

int HttpMaster::trials(const std::string& experiment_id, const Paging& paging,
                       const Sink<model::Trial>& sink) {
  CallPath path = experiment_path(experiment_id).part("trials");
  if (paging.offset != 0 || paging.limit != 0) path.with(paging);
  const auto answer = exchange_.open({.path = path.text()});
  return read_page(*answer, "trials", [&](const model::Json& element, const wire::Place& place) {
    return sink(wire::decode_trial(element, place));
  });
}

model::Trial HttpMaster::trial(const std::string& id) {
  return decoded(exchange_.document({.path = trial_path(id).text()}));
}

model::Json HttpMaster::trial_document(const std::string& id) {
  model::Json answer = exchange_.document({.path = trial_path(id).text()});
  decoded(answer);  // so that nothing else is passed on as one
  return answer;
}

int HttpMaster::workloads(const std::string& trial_id, const Paging& paging, bool with_batch_metrics,
                          const Sink<model::Workload>& sink) {
  const auto answer = exchange_.open({.path = workloads_path(trial_id, paging, with_batch_metrics)});
  return read_page(*answer, "workloads", [&](const model::Json& element, const wire::Place& place) {
    return sink(wire::decode_workload(element, place));
  });
}

model::Json HttpMaster::workloads_document(const std::string& trial_id, const Paging& paging,
                                           bool with_batch_metrics) {
  model::Json answer = exchange_.document({.path = workloads_path(trial_id, paging, with_batch_metrics)});
  const auto list = answer.find("workloads");
  if (list == answer.end() || !list->is_array()) wire::invalid(wire::Place{"workloads"}, "is not a list");
  wire::decode_pagination(answer);
  return answer;
}

}  // namespace det::client
