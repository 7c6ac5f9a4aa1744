#include "wire/trial.hpp"

#include "wire/object.hpp"
#include "wire/state_word.hpp"

namespace det::wire {

model::Trial decode_trial(const model::Json& tree, const Place& place) {
  const Object fields(tree, place);
  model::Trial trial;
  trial.id = fields.id("id");
  trial.experiment_id = fields.id("experimentId");
  trial.state = state_word(fields.text("state"));
  trial.started = fields.optional_time("startTime");
  trial.ended = fields.optional_time("endTime");
  trial.hparams = fields.tree("hparams");
  trial.summary_metrics = fields.tree("summaryMetrics");
  trial.total_batches = fields.integer("totalBatchesProcessed");
  trial.warm_start_checkpoint = fields.text_or_empty("warmStartCheckpointUuid");
  return trial;
}

}  // namespace det::wire
