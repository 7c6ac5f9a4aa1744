#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "master/database.hpp"
#include "model/record.hpp"
#include "tests/support/temporary_directory.hpp"

namespace det::testing {

// An instant: so many seconds after 1970.
model::Time at(std::int64_t seconds);

// A catalogue in a directory of its own, with user 1 "ada". Its one connection is used as the writer's would
// be.
class Catalogue {
 public:
  Catalogue();

  operator master::Connection&() { return connection_; }

  // Both return the new id.
  std::int64_t add_experiment(model::ExperimentRecord experiment = {});
  std::int64_t add_trial(std::int64_t experiment_id);
  // Reports at `steps`, at that second, in run 1.
  std::int64_t report(std::int64_t trial_id, const std::string& group, std::int64_t steps,
                      const std::string& metrics);
  // A COMPLETED one with one file of 10 bytes, reported at second `steps`.
  void add_checkpoint(std::int64_t trial_id, const std::string& uuid, std::int64_t steps);

 private:
  TemporaryDirectory directory_;
  master::Connection connection_;
};

}  // namespace det::testing
