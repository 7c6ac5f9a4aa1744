#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "master/accounts.hpp"
#include "master/database.hpp"
#include "master/leases.hpp"
#include "master/log_followers.hpp"
#include "master/storage_roots.hpp"
#include "master/timer.hpp"
#include "model/record.hpp"

namespace det::master {

// What a master says of itself.
struct Identity {
  std::string cluster_id;    // uuid
  std::string master_id;     // uuid
  std::string cluster_name;  // may be empty
};

// What a collector does for handlers; it sets these while it lives (collector.hpp). Any thread may call them,
// none of them from within a work of the database.
struct Collection {
  // An experiment has come to a final state: by its policy, checkpoints go.
  std::function<void(std::int64_t experiment_id)> on_experiment_ended = {};
  // The policy in its stored configuration is new. What goes is marked DELETED when this returns; files go
  // afterwards. Why nothing goes, where that is so: "its storage /x lies outside this master's storage
  // roots".
  std::function<std::optional<std::string>(std::int64_t experiment_id)> on_policy_changed = {};
  // Removes an experiment that is in a final state: DELETING when this returns, then its files go, then its
  // rows; or it becomes DELETE_FAILED. Throws Error: not_found; usage, when a checkpoint of it is in the
  // model registry, or its files cannot be removed by this master.
  std::function<void(std::int64_t experiment_id)> on_experiment_deleted = {};
  // Removes of each checkpoint the files that one of the globs matches ("**/*": the whole, marked DELETED
  // when this returns), then notes what is left; no globs: only notes it. Throws Error, and then does nothing
  // at all: usage, for a glob that is empty or leaves the checkpoint, a registered checkpoint, or files that
  // this master cannot remove; not_found, for an unknown uuid.
  std::function<void(const std::vector<std::string>& uuids, const std::vector<std::string>& globs)>
      remove_files = {};
};

// What handlers work with; outlives them all.
struct Services {
  Identity identity;
  Database& database;
  Accounts& accounts;
  Timer& timer;
  StorageRoots storage_roots = {};  // none: no file is read, served or removed
  Leases leases = {};
  LogFollowers log_followers = {};  // to be woken by whoever appends to a log or ends a trial
  Collection collection = {};       // each may be empty: nothing is collected then
  // The `checkpoint_storage` of experiments that name none, as a JSON object; empty: they must name one.
  model::Document default_storage = {};
};

}  // namespace det::master
