#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "master/database.hpp"
#include "master/services.hpp"
#include "model/record.hpp"

// How trials and unmanaged experiments end. States are words of the API without prefix.
namespace det::master {

// A state that nothing but a new start leaves.
bool is_final(std::string_view state);

// What has come to an end.
struct Endings {
  std::vector<std::int64_t> trials = {};
  std::vector<std::int64_t> experiments = {};
};

// A trial that has not ended ends in this final state. Once all of its experiment's trials have ended so does
// the experiment: COMPLETED when one of them was, ERROR when all failed, else CANCELED.
Endings end_trial(Connection& connection, const model::TrialRecord& trial, std::string_view state,
                  model::Time now);

// Ends the experiment and its trials as CANCELED; nothing where it had ended.
Endings cancel_experiment(Connection& connection, const model::ExperimentRecord& experiment, model::Time now);

inline constexpr std::chrono::minutes longest_silence{15};

// Ends trials of running unmanaged experiments of which nothing was heard for longest_silence as ERROR. To be
// called now and then, but not before this master has listened for that long.
Endings sweep_silent_experiments(Database& database, model::Time now);

// Tells the collector, where there is one, and whoever follows logs. To be called once the endings are
// committed, not from within a work of the database.
void tell_of(const Services& services, const Endings& endings);

}  // namespace det::master
