#include "formatting/trial_description.hpp"

#include "formatting/json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {

Columns trial_description_columns() {
  return {"Experiment ID", "State", "H-Params", "Summary Metrics", "Started", "Ended"};
}

Row trial_description_row(const model::Trial& trial) {
  return {terminal_safe(trial.experiment_id),
          terminal_safe(trial.state),
          json_text(trial.hparams, {.indent = 4}),
          json_text(trial.summary_metrics, {.indent = 4}),
          table_time(trial.started),
          table_time(trial.ended)};
}

}  // namespace det::formatting
