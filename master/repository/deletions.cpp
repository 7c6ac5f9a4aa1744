#include "master/repository/deletions.hpp"

namespace det::master::repository {

std::int64_t begin_deletion(Connection& connection, std::string_view checkpoint_id, std::string_view reason,
                            model::Time now) {
  connection.execute("INSERT INTO deletions(checkpoint_id, reason, begun) VALUES (?, ?, ?)", checkpoint_id,
                     reason, now);
  return connection.last_id();
}

void finish_deletion(Connection& connection, std::int64_t id, std::string_view outcome, model::Time now) {
  connection.execute("UPDATE deletions SET finished = ?, outcome = ? WHERE id = ?", now, outcome, id);
}

std::vector<Deletion> unfinished_deletions(Connection& connection) {
  auto query = connection.query(
      "SELECT id, checkpoint_id, reason, begun FROM deletions WHERE finished IS NULL ORDER BY id");
  std::vector<Deletion> deletions;
  while (query.step()) {
    auto& deletion = deletions.emplace_back();
    deletion.id = query.integer();
    deletion.checkpoint_id = query.text();
    deletion.reason = query.text();
    deletion.begun = query.time();
  }
  return deletions;
}

bool is_being_removed(Connection& connection, std::string_view checkpoint_id) {
  auto query = connection.query(
      "SELECT EXISTS (SELECT 1 FROM deletions WHERE finished IS NULL AND checkpoint_id = ?)", checkpoint_id);
  return query.step() && query.flag();
}

bool has_unfinished_deletions(Connection& connection, std::int64_t experiment_id) {
  auto query = connection.query(
      "SELECT EXISTS (SELECT 1 FROM deletions d JOIN checkpoints c ON c.id = d.checkpoint_id"
      " WHERE d.finished IS NULL AND c.experiment_id = ?)",
      experiment_id);
  return query.step() && query.flag();
}

std::optional<std::int64_t> storage_of_checkpoint(Connection& connection, std::string_view checkpoint_id) {
  auto query = connection.query("SELECT storage_id FROM checkpoints WHERE id = ?", checkpoint_id);
  if (!query.step()) return std::nullopt;
  return query.optional_integer();
}

}  // namespace det::master::repository
