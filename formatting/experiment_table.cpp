#include "formatting/experiment_table.hpp"

#include "formatting/cells.hpp"
#include "formatting/record_json.hpp"
#include "formatting/values.hpp"

namespace det::formatting {
namespace {

using model::Json;

Json searcher_json(const model::Experiment& experiment) {
  if (!experiment.configuration) return nullptr;
  const auto& searcher = experiment.configuration->searcher;
  Json object;
  object["name"] = searcher.name;
  object["metric"] = searcher.metric;
  object["smaller_is_better"] = searcher.smaller_is_better;
  return object;
}

}  // namespace

Columns experiment_columns(const ExperimentColumns& chosen) {
  Columns columns;
  if (chosen.project) columns = {"Workspace", "Project"};
  columns.insert(columns.end(), {"ID", "Owner", "Name", "Parent ID", "State", "Progress", "Started", "Ended",
                                 "Resource Pool"});
  if (chosen.archived) columns.push_back("Archived");
  return columns;
}

Row experiment_row(const model::Experiment& experiment, const ExperimentColumns& chosen) {
  Row row;
  if (chosen.project) row = {text_cell(experiment.workspace), text_cell(experiment.project)};
  row.insert(row.end(), {text_cell(experiment.id), text_cell(experiment.owner), text_cell(experiment.name),
                         text_cell(experiment.parent_id), text_cell(experiment.state),
                         percent(experiment.progress), table_time(experiment.started),
                         table_time(experiment.ended), text_cell(experiment.resource_pool)});
  if (chosen.archived) row.push_back(truth_cell(experiment.archived));
  return row;
}

Json experiment_json(const model::Experiment& experiment) {
  Json object;
  object["id"] = id_json(experiment.id);
  object["name"] = experiment.name;
  object["description"] = experiment.description;
  object["owner"] = experiment.owner;
  object["workspace"] = name_json(experiment.workspace);
  object["project"] = name_json(experiment.project);
  object["parent_id"] = id_json(experiment.parent_id);
  object["state"] = experiment.state;
  object["archived"] = experiment.archived;
  object["progress"] = measure_json(experiment.progress);
  object["start_time"] = time_json(experiment.started);
  object["end_time"] = time_json(experiment.ended);
  object["resource_pool"] = name_json(experiment.resource_pool);
  object["labels"] = experiment.labels;
  object["searcher"] = searcher_json(experiment);
  return object;
}

}  // namespace det::formatting
