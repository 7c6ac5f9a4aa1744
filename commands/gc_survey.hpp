#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "model/gc_plan.hpp"

namespace det::commands {

class Arguments;

// What is known of an experiment's checkpoints before its policy is planned or changed.
struct GcSurvey {
  std::string experiment_id;
  model::GcPolicy stored;
  model::GcQuestion question;
};

// The counts of a policy as a line gives them.
struct GcPolicyOptions {
  std::optional<int> save_experiment_best;
  std::optional<int> save_trial_best;
  std::optional<int> save_trial_latest;

  bool any() const { return save_experiment_best || save_trial_best || save_trial_latest; }
};

enum class PolicyFlags { required, optional };

void add_policy_flags(Arguments& arguments, GcPolicyOptions& options, PolicyFlags flags);

// Asks the experiment's master what a plan needs: the experiment, its checkpoints, its trials (for warm
// starts), whether it collects by the new policy, its previews of the policies and the registered
// checkpoints. Counts that `options` lack are the stored policy's; without any, the plan is that of the
// stored policy, which changes nothing. A preview or a registry that the master does not give is said on
// stderr, and done without.
GcSurvey survey_gc(Context& context, const Reference& reference, const GcPolicyOptions& options);

}  // namespace det::commands
