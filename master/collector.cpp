#include "master/collector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "master/clock.hpp"
#include "master/collection_plan.hpp"
#include "master/found.hpp"
#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/model_registry.hpp"
#include "model/error.hpp"

namespace det::master {
namespace {

constexpr const char* deleting = "DELETING";
constexpr std::string_view everything = "**/*";
thread_local bool removing_here = false;

void mark(Connection& connection, const std::string& uuid, std::string_view reason) {
  repository::set_checkpoint_state(connection, uuid, model::CheckpointState::deleted);
  repository::begin_deletion(connection, uuid, reason, now());
}

std::vector<std::string> remaining(Connection& connection, std::int64_t experiment_id) {
  std::vector<std::string> ids;
  for (const auto& candidate : repository::gc_candidates(connection, experiment_id)) {
    if (candidate.state != model::CheckpointState::deleted) ids.push_back(candidate.id);
  }
  return ids;
}

void require_unregistered(Connection& connection, const std::vector<std::string>& uuids) {
  std::string registered;
  for (const auto& uuid : uuids) {
    const auto where = repository::registration_of(connection, uuid);
    if (!where) continue;
    const auto model = repository::find_model(connection, where->model);
    registered +=
        fmt::format("{}{}, registered to {} (model #{}), version {}", registered.empty() ? "" : "; ", uuid,
                    where->model, model ? model->id : 0, where->version);
  }
  if (registered.empty()) return;
  throw Error(Failure::usage,
              "this subset of checkpoints provided are in the model registry and cannot be deleted: " +
                  registered + ".");
}

std::vector<model::CheckpointRecord> required_checkpoints(Connection& connection,
                                                          const std::vector<std::string>& uuids) {
  std::vector<model::CheckpointRecord> checkpoints;
  std::string unknown;
  for (const auto& uuid : uuids) {
    auto checkpoint = repository::checkpoint_by_id(connection, uuid);
    if (!checkpoint) unknown += (unknown.empty() ? "" : ", ") + uuid;
    if (checkpoint) checkpoints.push_back(std::move(*checkpoint));
  }
  if (unknown.empty()) return checkpoints;
  throw Error(Failure::not_found, fmt::format("checkpoints '{}' not found", unknown));
}

void require_usable(const std::vector<std::string>& globs) {
  for (const auto& glob : globs) {
    if (glob.empty()) throw Error(Failure::usage, "cannot have empty string glob");
    if (glob.find("..") == std::string::npos) continue;
    throw Error(Failure::usage, "glob '" + glob + "' cannot contain '..'");
  }
}

// Throws Error when files of these lie where this master may not remove them (usage), or cannot now
// (storage), for which each storage is asked once.
void require_reach(const Services& services, const std::vector<std::string>& uuids) {
  const auto storages = services.database.read([&](Connection& connection) {
    std::vector<model::StorageConfiguration> found;
    for (const auto& checkpoint : required_checkpoints(connection, uuids)) {
      const auto experiment = found_experiment(connection, checkpoint.experiment_id);
      auto storage = storage_of(connection, experiment, checkpoint.id);
      if (std::find(found.begin(), found.end(), storage) == found.end()) found.push_back(std::move(storage));
    }
    return found;
  });
  for (const auto& storage : storages) services.storage_roots.open(storage)->require_there();
}

// When all of its checkpoints have been dealt with.
void finish_experiment(Connection& connection, std::int64_t id) {
  if (repository::has_unfinished_deletions(connection, id)) return;
  if (!remaining(connection, id).empty()) throw Error(Failure::storage, "files of it are left");
  repository::remove_experiment(connection, id);
}

}  // namespace

class Collector::Worker {
 public:
  Worker(Services& services, Warn warn, std::chrono::milliseconds pause)
      : services_(services), warn_(std::move(warn)), pause_(pause) {
    services_.leases.on_release([this] { wake_for_reader(); });
    thread_ = std::thread([this] { run(); });
  }

  ~Worker() {
    services_.leases.on_release({});
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void wake() {
    {
      const std::lock_guard lock(mutex_);
      awake_ = true;
    }
    changed_.notify_all();
  }

  void settle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return (!awake_ || pausing_) && !working_; });
  }

 private:
  // The removals of this worker release leases too, and are no reason to begin again.
  void wake_for_reader() {
    if (!removing_here) wake();
  }

  void run() {
    removing_here = true;
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return awake_ || stopping_; });
      if (stopping_) return;
      awake_ = false;
      working_ = true;
      lock.unlock();
      const bool worked = work();
      lock.lock();
      working_ = false;
      changed_.notify_all();
      if (!worked) pause(lock);
    }
  }

  // Whatever wakes in the meantime: what failed would fail again.
  void pause(std::unique_lock<std::mutex>& lock) {
    pausing_ = true;
    changed_.wait_for(lock, pause_, [&] { return stopping_; });
    pausing_ = false;
    awake_ = true;
  }

  // False: something failed. The journal keeps what is unfinished.
  bool work() {
    bool worked = true;
    try {
      const auto unfinished = services_.database.read(
          [](Connection& connection) { return repository::unfinished_deletions(connection); });
      LastStore last_store(services_.storage_roots);
      for (const auto& deletion : unfinished) {
        if (stopping()) return true;
        worked = attempt(last_store, deletion) && worked;
      }
      for (const auto id : experiments_to_remove()) finish(id);
    } catch (const std::exception& error) {  // what leaves this thread ends the process
      warn_once("collecting checkpoints stopped, and is tried again: ", error);
      worked = false;
    }
    if (worked) told_.clear();
    return worked;
  }

  // False: it failed, which does not keep the others from going.
  bool attempt(LastStore& last_store, const repository::Deletion& deletion) try {
    carry_out(services_, last_store, deletion, warn_);
    return true;
  } catch (const std::exception& error) {  // also of the memory that a list needs
    warn_once(fmt::format("checkpoint {} is not removed yet, and is tried again: ", deletion.checkpoint_id),
              error);
    return false;
  }

  // Each failure once, until all has worked again.
  void warn_once(const std::string& what, const std::exception& error) {
    if (told_.insert(error.what()).second) warn_(what + error.what());
  }

  void finish(std::int64_t id) {
    try {
      services_.database.write([&](Connection& connection) { finish_experiment(connection, id); });
    } catch (const Error& error) {
      warn_(fmt::format("experiment {} is not deleted: {}", id, error.message));
      services_.database.write([&](Connection& connection) {
        repository::update_experiment(connection, id, {.state = "DELETE_FAILED"});
      });
    }
  }

  std::vector<std::int64_t> experiments_to_remove() const {
    return services_.database.read(
        [](Connection& connection) { return repository::experiments_in_states(connection, {deleting}); });
  }

  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  Services& services_;
  Warn warn_;
  std::chrono::milliseconds pause_;
  std::set<std::string> told_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool awake_ = true;  // for what an earlier one left
  bool working_ = false;
  bool pausing_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

Collector::Collector(Services& services, Warn warn, std::chrono::milliseconds pause)
    : services_(services), warn_(std::move(warn)), worker_(std::make_unique<Worker>(services, warn_, pause)) {
  // An end is told from where nobody waits for an answer.
  const auto collect_or_warn = [this](std::int64_t id) {
    try {
      collect(id);
    } catch (const Error& error) {
      warn_(fmt::format("experiment {} is not collected: {}", id, error.message));
    }
  };
  services_.collection = {
      .on_experiment_ended = collect_or_warn,
      .on_policy_changed = [this](std::int64_t id) { return collect(id); },
      .on_experiment_deleted = [this](std::int64_t id) { remove_experiment(id); },
      .remove_files = [this](const auto& uuids, const auto& globs) { remove_files(uuids, globs); }};
}

Collector::~Collector() {
  services_.collection = {};
}

std::optional<std::string> Collector::collect(std::int64_t experiment_id) {
  const auto plan = plan_collection(services_, experiment_id);
  if (plan.hindrance)
    warn_(fmt::format("experiment {} is not collected: {}", experiment_id, *plan.hindrance));
  if (plan.removed.empty()) return plan.hindrance;
  const std::set<std::string> removable(plan.removed.begin(), plan.removed.end());
  services_.database.write([&](Connection& connection) {
    const auto experiment = found_experiment(connection, experiment_id);
    // Judged once more: a checkpoint may have been registered since.
    for (const auto& id : removed_by(connection, experiment, configuration_of(experiment).gc_policy)) {
      if (removable.contains(id)) mark(connection, id, removal_reason::policy);
    }
  });
  worker_->wake();
  return plan.hindrance;
}

void Collector::remove_experiment(std::int64_t experiment_id) {
  const auto uuids = services_.database.read([&](Connection& connection) {
    found_experiment(connection, experiment_id);
    return remaining(connection, experiment_id);
  });
  require_reach(services_, uuids);
  services_.database.write([&](Connection& connection) {
    const auto now_remaining = remaining(connection, experiment_id);
    require_unregistered(connection, now_remaining);
    for (const auto& uuid : now_remaining) mark(connection, uuid, removal_reason::experiment);
    repository::update_experiment(connection, experiment_id, {.state = deleting});
  });
  worker_->wake();
}

void Collector::remove_files(const std::vector<std::string>& uuids, const std::vector<std::string>& globs) {
  require_usable(globs);
  const bool whole = std::find(globs.begin(), globs.end(), everything) != globs.end();
  const auto reason = whole ? std::string(removal_reason::asked) : removal_reason::files(globs);
  require_reach(services_, uuids);
  services_.database.write([&](Connection& connection) {
    if (!globs.empty()) require_unregistered(connection, uuids);
    for (const auto& uuid : uuids) {
      if (whole) mark(connection, uuid, reason);
      if (!whole) repository::begin_deletion(connection, uuid, reason, now());
    }
  });
  worker_->wake();
}

void Collector::settle() {
  worker_->settle();
}

}  // namespace det::master
