#include "master/repository/activity.hpp"

namespace det::master::repository {

void note_activity(Connection& connection, std::int64_t trial_id, model::Time now) {
  connection.execute("UPDATE trials SET last_activity = ? WHERE id = ?", now, trial_id);
}

std::vector<std::int64_t> silent_trials(Connection& connection, model::Time since) {
  auto query = connection.query(
      "SELECT t.id FROM trials t JOIN experiments e ON e.id = t.experiment_id"
      " WHERE e.unmanaged = 1 AND e.state = 'RUNNING' AND t.state NOT IN ('COMPLETED', 'CANCELED', 'ERROR')"
      " AND coalesce(t.last_activity, t.started) < ?1"
      " AND coalesce((SELECT reported FROM metrics WHERE trial_id = t.id ORDER BY id DESC LIMIT 1), 0) < ?1"
      " AND coalesce((SELECT max(reported) FROM checkpoints WHERE trial_id = t.id), 0) < ?1 ORDER BY t.id",
      since);
  std::vector<std::int64_t> ids;
  while (query.step()) ids.push_back(query.integer());
  return ids;
}

}  // namespace det::master::repository
