#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "master/accounts.hpp"
#include "master/collector.hpp"
#include "master/database.hpp"
#include "master/services.hpp"
#include "master/timer.hpp"
#include "model/gc_policy.hpp"

namespace det::testing {

// A master's catalogue and storage below one directory, which outlives it: another scene may be opened there.
// All checkpoints lie on disk too, each with some files, in DIRECTORY/storage.
class CollectorScene {
 public:
  explicit CollectorScene(const std::filesystem::path& directory);

  master::Services& services() { return services_; }
  master::Database& database() { return database_; }
  std::filesystem::path storage() const { return directory_ / "storage"; }
  master::Warn warn();
  // What was told to warn().
  std::vector<std::string> warnings();

  // The documented table: experiment 1 with trials 1 and 2 and checkpoints uuid(1) to uuid(10). Its storage
  // is that of the scene.
  void add_documented_table();
  // An ended experiment whose storage is `place`; returns its id.
  std::int64_t add_experiment(const std::filesystem::path& place);
  std::int64_t add_trial(std::int64_t experiment_id);
  // In the catalogue, and on disk where the directory `place` is given.
  void add_checkpoint(std::int64_t trial_id, int number, std::int64_t steps,
                      const std::filesystem::path& place);
  void report(std::int64_t trial_id, std::int64_t steps, double value);
  void set_policy(std::int64_t experiment_id, const model::GcPolicy& policy);
  void set_state(std::int64_t experiment_id, const std::string& state);
  void register_checkpoint(int number);

  model::CheckpointRecord checkpoint(int number);
  // The numbers of those that are COMPLETED in the catalogue, and of those that lie on disk.
  std::set<int> completed(std::int64_t experiment_id);
  std::set<int> on_disk() const;
  std::size_t unfinished();

 private:
  std::string configuration(const std::filesystem::path& place, const model::GcPolicy& policy) const;

  std::filesystem::path directory_;
  master::Database database_;
  master::Accounts accounts_;
  master::Timer timer_;
  master::Services services_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;
};

}  // namespace det::testing
