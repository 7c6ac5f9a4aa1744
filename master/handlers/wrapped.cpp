#include "master/handlers/wrapped.hpp"

#include "wire/answers.hpp"
#include "wire/json_text.hpp"

namespace det::master::handlers {

std::string experiment_and_configuration(const model::ExperimentRecord& experiment) {
  return wire::ObjectText()
      .document("experiment", wire::experiment_text(experiment, wire::ExperimentForm::single))
      .document("config", experiment.configuration)
      .finish();
}

std::string wrapped_trial(const model::TrialRecord& trial) {
  return wire::ObjectText().document("trial", wire::trial_text(trial)).finish();
}

}  // namespace det::master::handlers
