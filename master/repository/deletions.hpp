#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "master/connection.hpp"
#include "model/record.hpp"

// The collector's journal: what it set out to delete, so that a restart finishes or reports it.
namespace det::master::repository {

struct Deletion {
  std::int64_t id = 0;
  std::string checkpoint_id;
  std::string reason;
  model::Time begun;
};

// Returns the number of the entry.
std::int64_t begin_deletion(Connection& connection, std::string_view checkpoint_id, std::string_view reason,
                            model::Time now);
// Ends one entry.
void finish_deletion(Connection& connection, std::int64_t id, std::string_view outcome, model::Time now);
// By id.
std::vector<Deletion> unfinished_deletions(Connection& connection);
// Whether there is one of the checkpoint.
bool is_being_removed(Connection& connection, std::string_view checkpoint_id);
// Whether there are some of an experiment's checkpoints.
bool has_unfinished_deletions(Connection& connection, std::int64_t experiment_id);

// The number of the storage that a checkpoint was reported to lie in; absent: its experiment's, or there is
// no such checkpoint.
std::optional<std::int64_t> storage_of_checkpoint(Connection& connection, std::string_view checkpoint_id);

}  // namespace det::master::repository
