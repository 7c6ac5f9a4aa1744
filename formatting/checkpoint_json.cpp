#include "formatting/checkpoint_table.hpp"
#include "formatting/record_json.hpp"

namespace det::formatting {
namespace {

using model::Json;

Json averages(const Json& metrics) {
  if (!metrics.is_object()) return nullptr;
  const auto found = metrics.find("avgMetrics");
  return found == metrics.end() ? Json() : *found;
}

Json sizes(const model::Checkpoint& checkpoint) {
  Json::object_t sizes;
  sizes.reserve(checkpoint.files.size());
  // emplace_back: emplace would look for the path among all before it.
  for (const auto& file : checkpoint.files) sizes.emplace_back(file.path, file.size_bytes);
  return sizes;
}

}  // namespace

Json checkpoint_json(const model::Checkpoint& checkpoint) {
  Json object;
  object["uuid"] = checkpoint.id;
  object["experiment_id"] = id_json(checkpoint.experiment_id);
  object["trial_id"] = id_json(checkpoint.trial_id);
  object["task_id"] = name_json(checkpoint.task_id);
  object["state"] = checkpoint.state_word;
  object["steps_completed"] = checkpoint.steps_completed ? Json(*checkpoint.steps_completed) : Json();
  object["report_time"] = time_json(checkpoint.reported);
  object["searcher_metric"] = measure_json(checkpoint.searcher_metric);
  object["training_metrics"] = averages(checkpoint.training_metrics);
  object["validation_metrics"] = averages(checkpoint.validation_metrics);
  object["metadata"] = object_json(checkpoint.metadata);
  object["hparams"] = object_json(checkpoint.hparams);
  object["resources"] = sizes(checkpoint);
  object["size"] = model::total_bytes(checkpoint);
  return object;
}

}  // namespace det::formatting
