#include "formatting/trial_description.hpp"

#include "formatting/cells.hpp"
#include "formatting/values.hpp"

namespace det::formatting {

Columns trial_description_columns() {
  return {"Experiment ID", "State", "H-Params", "Summary Metrics", "Started", "Ended"};
}

Row trial_description_row(const model::Trial& trial) {
  return {text_cell(trial.experiment_id),   text_cell(trial.state),    tree_cell(trial.hparams),
          tree_cell(trial.summary_metrics), table_time(trial.started), table_time(trial.ended)};
}

}  // namespace det::formatting
