#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/experiment_patch.hpp"
#include "model/record.hpp"

namespace det::master {

// What stands in for what a configuration leaves out.
struct ConfigurationDefaults {
  model::Document storage = {};  // a `checkpoint_storage` as a JSON object; empty: none
  std::string name = {};
  std::int64_t seed = 0;
};

// A configuration of an experiment, checked and complete.
struct ExperimentConfiguration {
  model::Document document;
  std::string name;
  std::string description;
  std::vector<std::string> labels;
  std::string workspace;  // empty: the usual one; the same with the project
  std::string project;
  std::string searcher_name;
  std::string searcher_metric;
  bool smaller_is_better = true;
};

// Reads YAML 1.1 or JSON text. Null is as good as absent. Throws Error{usage}: "invalid experiment
// configuration: ..." in a real master's words, and for text that yaml_text.hpp refuses.
ExperimentConfiguration read_experiment_configuration(std::string_view text,
                                                      const ConfigurationDefaults& defaults);

// A stored configuration with what of the patch stands in it (all but the notes). Throws Error{usage} for a
// count that is below 0 or above 2^31
// - 1. A weight that is not finite changes nothing.
model::Document changed_configuration(const model::Document& configuration,
                                      const model::ExperimentPatch& patch);

// Its `checkpoint_storage` without the policy, as a JSON object; "{}" when there is none.
model::Document storage_of_configuration(const model::Document& configuration);

}  // namespace det::master
