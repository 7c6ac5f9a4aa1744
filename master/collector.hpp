#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "master/removal.hpp"
#include "master/services.hpp"

namespace det::master {

// Removes checkpoints: by the policy of their experiment, when somebody asks, and with their experiment. What
// goes is marked and noted in the journal in one write; a thread of its own then removes the files, one
// checkpoint after another, each only when nobody reads it. What was cut off is taken up again by the next
// collector. Registered checkpoints never go. Sets the hooks of `services` while it lives; see there for what
// they promise.
class Collector {
 public:
  // `services` outlives it. After a failure of the catalogue or of a storage it waits so long, whatever is
  // asked meanwhile, and tries again; a failure is told once, until all has worked again.
  Collector(Services& services, Warn warn, std::chrono::milliseconds pause = std::chrono::minutes(1));
  // Ends after the checkpoint that it is at; the rest waits in the journal.
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // By the policy in the stored configuration. Returns why something stays that the policy does not keep.
  std::optional<std::string> collect(std::int64_t experiment_id);
  void remove_experiment(std::int64_t experiment_id);
  void remove_files(const std::vector<std::string>& uuids, const std::vector<std::string>& globs);

  // Returns when all that can be removed now is gone, or when it waits after a failure.
  void settle();

 private:
  class Worker;

  Services& services_;
  Warn warn_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace det::master
