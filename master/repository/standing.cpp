#include "master/repository/standing.hpp"

#include <cmath>
#include <string>
#include <tuple>

namespace det::master::repository {
namespace {

struct Candidate {
  double value = 0;
  std::int64_t validation_id = 0;
};

bool is_better(const Candidate& one, const Candidate& other, bool smaller_is_better) {
  const auto key = [&](const Candidate& candidate) {
    const int kind = std::isnan(candidate.value) ? 2 : std::isinf(candidate.value) ? 1 : 0;
    const double value = kind == 2 ? 0 : candidate.value;
    return std::tuple(kind, smaller_is_better ? value : -value, candidate.validation_id);
  };
  return key(one) < key(other);
}

struct Standing {
  bool smaller_is_better = true;
  std::optional<Candidate> best;
  std::optional<std::int64_t> latest_steps;
  std::optional<std::string> best_checkpoint_id;
};

Standing standing_of(Connection& connection, std::int64_t trial_id) {
  auto query = connection.query(
      "SELECT e.smaller_is_better, t.best_validation_id, t.searcher_value, latest.steps, t.best_checkpoint_id"
      " FROM trials t JOIN experiments e ON e.id = t.experiment_id"
      " LEFT JOIN metrics latest ON latest.id = t.latest_validation_id WHERE t.id = ?",
      trial_id);
  if (!query.step()) return {};
  Standing standing;
  standing.smaller_is_better = query.flag();
  const auto id = query.optional_integer();
  const auto value = query.optional_number();
  if (id && value) standing.best = Candidate{*value, *id};
  standing.latest_steps = query.optional_integer();
  standing.best_checkpoint_id = query.optional_text();
  return standing;
}

// How a checkpoint stands; absent: it is not to be chosen.
std::optional<Candidate> candidate_of(Connection& connection, std::string_view uuid) {
  auto query = connection.query(
      "SELECT v.searcher_value, v.id FROM checkpoints c"
      " JOIN metrics v ON v.trial_id = c.trial_id AND v.grp = 'validation' AND v.steps = c.steps AND "
      "v.archived = 0"
      " WHERE c.id = ? AND c.state = 'COMPLETED' AND v.searcher_value IS NOT NULL",
      uuid);
  if (!query.step()) return std::nullopt;
  Candidate candidate;
  candidate.value = query.number();
  candidate.validation_id = query.integer();
  return candidate;
}

}  // namespace

void consider_validation(Connection& connection, const Validation& validation) {
  const auto standing = standing_of(connection, validation.trial_id);
  if (!standing.latest_steps || validation.steps >= *standing.latest_steps) {
    connection.execute("UPDATE trials SET latest_validation_id = ? WHERE id = ?", validation.id,
                       validation.trial_id);
  }
  if (!validation.searcher_value) return;
  const Candidate candidate{*validation.searcher_value, validation.id};
  if (!standing.best || is_better(candidate, *standing.best, standing.smaller_is_better)) {
    connection.execute("UPDATE trials SET best_validation_id = ?, searcher_value = ? WHERE id = ?",
                       validation.id, candidate.value, validation.trial_id);
  }
  auto here = connection.query("SELECT id FROM checkpoints WHERE trial_id = ? AND steps = ? ORDER BY id",
                               validation.trial_id, validation.steps);
  while (here.step()) consider_checkpoint(connection, validation.trial_id, here.text());
}

void consider_checkpoint(Connection& connection, std::int64_t trial_id, std::string_view uuid) {
  const auto candidate = candidate_of(connection, uuid);
  if (!candidate) return;
  const auto standing = standing_of(connection, trial_id);
  const auto best =
      standing.best_checkpoint_id ? candidate_of(connection, *standing.best_checkpoint_id) : std::nullopt;
  if (best && !is_better(*candidate, *best, standing.smaller_is_better)) return;
  connection.execute("UPDATE trials SET best_checkpoint_id = ? WHERE id = ?", uuid, trial_id);
}

void refresh_best_checkpoint(Connection& connection, std::int64_t trial_id) {
  const bool smaller_is_better = standing_of(connection, trial_id).smaller_is_better;
  std::optional<Candidate> best;
  std::optional<std::string> best_id;
  auto query = connection.query(
      "SELECT v.searcher_value, v.id, c.id FROM checkpoints c"
      " JOIN metrics v ON v.trial_id = c.trial_id AND v.grp = 'validation' AND v.steps = c.steps AND "
      "v.archived = 0"
      " WHERE c.trial_id = ? AND c.state = 'COMPLETED' AND v.searcher_value IS NOT NULL ORDER BY c.id",
      trial_id);
  while (query.step()) {
    Candidate candidate;
    candidate.value = query.number();
    candidate.validation_id = query.integer();
    if (best && !is_better(candidate, *best, smaller_is_better)) continue;
    best = candidate;
    best_id = query.text();
  }
  connection.execute(
      "UPDATE trials SET best_checkpoint_id = ?1 WHERE id = ?2 AND best_checkpoint_id IS NOT ?1", best_id,
      trial_id);
}

void refresh_standing(Connection& connection, std::int64_t trial_id) {
  connection.execute(
      "UPDATE trials SET total_batches ="
      " (SELECT coalesce(max(steps), 0) FROM metrics WHERE trial_id = ?1 AND archived = 0),"
      " best_validation_id = NULL, searcher_value = NULL, latest_validation_id ="
      " (SELECT id FROM metrics WHERE trial_id = ?1 AND grp = 'validation' AND archived = 0"
      "  ORDER BY steps DESC LIMIT 1) WHERE id = ?1",
      trial_id);
  const bool smaller_is_better = standing_of(connection, trial_id).smaller_is_better;
  std::optional<Candidate> best;
  {
    auto query = connection.query(
        "SELECT searcher_value, id FROM metrics WHERE trial_id = ? AND grp = 'validation' AND archived = 0"
        " AND searcher_value IS NOT NULL",
        trial_id);
    while (query.step()) {
      Candidate candidate;
      candidate.value = query.number();
      candidate.validation_id = query.integer();
      if (!best || is_better(candidate, *best, smaller_is_better)) best = candidate;
    }
  }
  if (best) {
    connection.execute("UPDATE trials SET best_validation_id = ?, searcher_value = ? WHERE id = ?",
                       best->validation_id, best->value, trial_id);
  }
  refresh_best_checkpoint(connection, trial_id);
}

}  // namespace det::master::repository
