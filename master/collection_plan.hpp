#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "master/services.hpp"
#include "model/experiment.hpp"
#include "model/record.hpp"

namespace det::master {

// What checkpoints need of a stored configuration. Throws Error{master} for one that is not as it should be.
model::ExperimentConfiguration configuration_of(const model::ExperimentRecord& experiment);

// Where a checkpoint's files lie. Throws the same.
model::StorageConfiguration storage_of(Connection& connection, const model::ExperimentRecord& experiment,
                                       std::string_view checkpoint_id);

// The checkpoints of an experiment that this policy does not keep, by report time. Of a trial that this
// master runs and that is not at its end, the latest checkpoint is kept in any case: it may be started from
// it again.
std::vector<std::string> removed_by(Connection& connection, const model::ExperimentRecord& experiment,
                                    const model::GcPolicy& policy);

// What a collection would remove now.
struct CollectionPlan {
  std::vector<std::string> removed;
  std::optional<std::string> hindrance;  // why others stay that the policy does not keep
};

// By `policy`; absent: by the stored one. Throws Error: not_found ("experiment '7' not found"); master, as
// above.
CollectionPlan plan_collection(const Services& services, std::int64_t experiment_id,
                               const std::optional<model::GcPolicy>& policy = std::nullopt);

}  // namespace det::master
