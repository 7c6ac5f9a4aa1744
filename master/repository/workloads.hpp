#pragma once

#include <cstdint>
#include <variant>

#include "master/connection.hpp"
#include "master/repository/slice.hpp"
#include "model/record.hpp"

namespace det::master::repository {

using Workload = std::variant<model::MetricRecord, model::CheckpointRecord>;

struct WorkloadKinds {
  bool training = true;
  bool validation = true;
  bool checkpoints = true;
};

struct WorkloadQuery {
  WorkloadKinds kinds = {};
  Direction direction = Direction::unspecified;  // ascending
  Slice slice = {};
};

// What a trial did: its training and validation reports that are not archived and its checkpoints, by steps;
// at equal steps by time, at equal times in this order. An offset beyond the end gives an empty list.
Listed<Workload> list_workloads(Connection& connection, std::int64_t trial_id, const WorkloadQuery& query);

}  // namespace det::master::repository
