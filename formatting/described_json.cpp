#include "formatting/described_json.hpp"

#include <initializer_list>
#include <string>
#include <utility>

#include "model/error.hpp"

namespace det::formatting {
namespace {

using model::Json;
using Names = std::initializer_list<const char*>;

Json& member(Json& value, const char* name) {
  if (value.is_object()) {
    const auto found = value.find(name);
    if (found != value.end()) return *found;
  }
  throw Error(Failure::master, std::string("the master's answer has no \"") + name + '"');
}

Json& object_member(Json& value, const char* name) {
  auto& found = member(value, name);
  if (!found.is_object()) {
    throw Error(Failure::master, std::string("the master's answer has a \"") + name + "\" that is no object");
  }
  return found;
}

void complete(Json& object, Names optional_fields) {
  for (const auto* name : optional_fields) {
    if (!object.contains(name)) object[name] = nullptr;
  }
}

void give_fractions(Json& object, Names measures) {
  for (const auto* name : measures) {
    if (object[name].is_number_integer()) object[name] = object[name].get<double>();
  }
}

void complete_metrics_workload(Json& workload) {
  if (!workload.is_object()) return;
  complete(workload, {"endTime"});
  if (workload.contains("metrics") && workload["metrics"].is_object()) {
    complete(workload["metrics"], {"avgMetrics", "batchMetrics"});
  }
}

void complete_checkpoint_workload(Json& workload) {
  if (workload.is_object()) complete(workload, {"endTime", "metadata", "resources", "uuid"});
}

void complete_workload(Json& workload) {
  if (!workload.is_object())
    throw Error(Failure::master, "the master's answer has a workload that is no object");
  complete(workload, {"checkpoint", "training", "validation"});
  complete_checkpoint_workload(workload["checkpoint"]);
  complete_metrics_workload(workload["training"]);
  complete_metrics_workload(workload["validation"]);
}

}  // namespace

Json described_experiment(Json answer) {
  object_member(answer, "experiment");
  complete(answer, {"config", "jobSummary"});
  auto& experiment = answer["experiment"];
  complete(experiment, {"bestTrialId",
                        "bestTrialSearcherMetric",
                        "checkpointCount",
                        "checkpointSize",
                        "description",
                        "displayName",
                        "duration",
                        "endTime",
                        "externalExperimentId",
                        "externalTrialId",
                        "forkedFrom",
                        "hyperparameters",
                        "labels",
                        "modelDefinitionSize",
                        "notes",
                        "pachydermIntegration",
                        "parentArchived",
                        "progress",
                        "projectName",
                        "resourcePool",
                        "searcherMetric",
                        "trialIds",
                        "unmanaged",
                        "userId",
                        "workspaceId",
                        "workspaceName"});
  give_fractions(experiment, {"bestTrialSearcherMetric", "progress"});
  return answer;
}

Json described_trial(Json answer) {
  auto& trial = object_member(answer, "trial");
  complete(trial, {"bestCheckpoint", "bestValidation", "checkpointCount", "endTime", "latestValidation",
                   "logPolicyMatched", "logRetentionDays", "metadata", "runnerState", "searcherMetricValue",
                   "summaryMetrics", "taskId", "taskIds", "totalCheckpointSize", "wallClockTime",
                   "warmStartCheckpointUuid"});
  give_fractions(trial, {"searcherMetricValue", "wallClockTime"});
  complete_checkpoint_workload(trial["bestCheckpoint"]);
  complete_metrics_workload(trial["bestValidation"]);
  complete_metrics_workload(trial["latestValidation"]);
  answer["workloads"] = Json::array();
  return answer;
}

WorkloadCount add_workloads(Json& trial, Json answer) {
  auto& arrived = member(answer, "workloads");
  auto& total = member(object_member(answer, "pagination"), "total");
  if (!arrived.is_array()) throw Error(Failure::master, "the master's answer has no list of workloads");
  if (!total.is_number_integer())
    throw Error(Failure::master, "the master's answer does not say how many there are");
  for (auto& workload : arrived) {
    complete_workload(workload);
    trial["workloads"].push_back(std::move(workload));
  }
  return {.added = static_cast<int>(arrived.size()), .total = total.get<int>()};
}

}  // namespace det::formatting
