#include "wire/workload.hpp"

#include "wire/object.hpp"
#include "wire/state_word.hpp"

namespace det::wire {
namespace {

model::Workload decode_metrics(const Object& fields, model::WorkloadKind kind) {
  model::Workload workload;
  workload.kind = kind;
  workload.total_batches = fields.integer("totalBatches");
  workload.ended = fields.optional_time("endTime");
  workload.metrics = fields.tree("metrics");
  if (kind == model::WorkloadKind::validation) workload.num_inputs = fields.optional_integer("numInputs");
  return workload;
}

model::Workload decode_checkpoint(const Object& fields) {
  model::Workload workload;
  workload.kind = model::WorkloadKind::checkpoint;
  workload.total_batches = fields.integer("totalBatches");
  workload.ended = fields.optional_time("endTime");
  workload.state = state_word(fields.text("state"));
  workload.checkpoint_id = fields.text("uuid");
  workload.metadata = fields.tree("metadata");
  return workload;
}

}  // namespace

model::Workload decode_workload(const model::Json& tree, const Place& place) {
  const Object kinds(tree, place);
  if (const model::Json& found = kinds.field("training"); !found.is_null()) {
    return decode_metrics(Object(found, kinds.at("training")), model::WorkloadKind::training);
  }
  if (const model::Json& found = kinds.field("validation"); !found.is_null()) {
    return decode_metrics(Object(found, kinds.at("validation")), model::WorkloadKind::validation);
  }
  if (const model::Json& found = kinds.field("checkpoint"); !found.is_null()) {
    return decode_checkpoint(Object(found, kinds.at("checkpoint")));
  }
  invalid(place, "is neither training, validation nor checkpoint");
}

}  // namespace det::wire
