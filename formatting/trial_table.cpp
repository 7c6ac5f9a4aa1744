#include "formatting/trial_table.hpp"

#include "formatting/cells.hpp"
#include "formatting/record_json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {

Columns trial_columns() {
  return {"Trial ID", "State", "H-Params", "Started", "Ended", "# of Batches"};
}

Row trial_row(const model::Trial& trial) {
  return {text_cell(trial.id),       text_cell(trial.state),  tree_cell(trial.hparams),
          table_time(trial.started), table_time(trial.ended), count_cell(trial.total_batches)};
}

model::Json trial_json(const model::Trial& trial) {
  model::Json object;
  object["id"] = id_json(trial.id);
  object["experiment_id"] = id_json(trial.experiment_id);
  object["state"] = trial.state;
  object["start_time"] = time_json(trial.started);
  object["end_time"] = time_json(trial.ended);
  object["total_batches"] = trial.total_batches;
  object["hparams"] = object_json(trial.hparams);
  object["summary_metrics"] = trial.summary_metrics.is_object() ? trial.summary_metrics : model::Json();
  object["warm_start_checkpoint"] = name_json(trial.warm_start_checkpoint);
  return object;
}

}  // namespace det::formatting
