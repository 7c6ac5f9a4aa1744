#include "wire/experiment.hpp"

#include "wire/configuration.hpp"
#include "wire/object.hpp"
#include "wire/state_word.hpp"

namespace det::wire {

model::Experiment decode_experiment(const model::Json& tree, const Place& place) {
  const Object fields(tree, place);
  model::Experiment experiment;
  experiment.id = fields.id("id");
  experiment.name = fields.text_or_empty("name");
  experiment.description = fields.text_or_empty("description");
  experiment.notes = fields.text_or_empty("notes");
  experiment.owner = fields.text_or_empty("username");
  experiment.state = state_word(fields.text("state"));
  experiment.archived = fields.optional_flag("archived").value_or(false);
  experiment.progress = fields.optional_number("progress");
  experiment.started = fields.optional_time("startTime");
  experiment.ended = fields.optional_time("endTime");
  experiment.parent_id = fields.id_or_empty("forkedFrom");
  experiment.resource_pool = fields.text_or_empty("resourcePool");
  experiment.labels = fields.texts("labels");
  experiment.workspace = fields.text_or_empty("workspaceName");
  experiment.project = fields.text_or_empty("projectName");
  experiment.trial_ids = fields.ids("trialIds");
  if (const model::Json& config = fields.tree("config"); !config.is_null()) {
    experiment.configuration = decode_configuration(config, fields.at("config"));
  }
  return experiment;
}

model::Experiment decode_experiment_answer(const model::Json& answer) {
  const Object fields(answer, Place{"answer"});
  return decode_experiment(fields.field("experiment"), Place{"experiment"});
}

}  // namespace det::wire
