#include "master/repository/workloads.hpp"

#include <fmt/format.h>

#include "master/repository/checkpoints.hpp"
#include "master/repository/columns.hpp"
#include "master/repository/metrics.hpp"

namespace det::master::repository {
namespace {

std::int64_t count_of(Connection& connection, std::int64_t trial_id, const WorkloadKinds& kinds) {
  auto query = connection.query(
      "SELECT (SELECT count(*) FROM metrics WHERE ?2 AND trial_id = ?1 AND grp = 'training' AND archived = 0)"
      " + (SELECT count(*) FROM metrics WHERE ?3 AND trial_id = ?1 AND grp = 'validation' AND archived = 0)"
      " + (SELECT count(*) FROM checkpoints WHERE ?4 AND trial_id = ?1)",
      trial_id, kinds.training, kinds.validation, kinds.checkpoints);
  query.step();
  return query.integer();
}

// What has no steps comes last.
constexpr std::string_view parts =
    "SELECT steps AS at, reported AS time, 0 AS kind, id AS id FROM metrics"
    " WHERE ?4 AND trial_id = ?1 AND grp = 'training' AND archived = 0"
    " UNION ALL SELECT steps, reported, 1, id FROM metrics"
    " WHERE ?5 AND trial_id = ?1 AND grp = 'validation' AND archived = 0"
    " UNION ALL SELECT coalesce(steps, 9223372036854775807), reported, 2, id FROM checkpoints"
    " WHERE ?6 AND trial_id = ?1";

}  // namespace

Listed<Workload> list_workloads(Connection& connection, std::int64_t trial_id, const WorkloadQuery& query) {
  const auto& [kinds, direction, slice] = query;
  Listed<Workload> listed{.total = count_of(connection, trial_id, kinds), .offset = sql_offset(slice)};
  auto places = connection.query(fmt::format("{0} ORDER BY 1 {1}, 2 {1}, 3 {1}, 4 {1} LIMIT ?2 OFFSET ?3",
                                             parts, direction == Direction::descending ? "DESC" : "ASC"),
                                 trial_id, sql_limit(slice), listed.offset, kinds.training, kinds.validation,
                                 kinds.checkpoints);
  while (places.step()) {
    places.integer();  // steps
    places.integer();  // time
    const bool checkpoint = places.integer() == 2;
    if (checkpoint) {
      listed.rows.emplace_back(checkpoint_by_id(connection, places.text()).value());
    } else {
      listed.rows.emplace_back(metrics_by_id(connection, places.integer()).value());
    }
  }
  return listed;
}

}  // namespace det::master::repository
