#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "master/connection.hpp"

// Which validation and which checkpoint of a trial is its best, by its experiment's searcher metric: finite
// values before infinite ones, NaN last; equal ones as they were validated.
namespace det::master::repository {

struct Validation {
  std::int64_t trial_id = 0;
  std::int64_t id = 0;
  std::int64_t steps = 0;
  std::optional<double> searcher_value;
};

// A validation is new, or has its searcher value only now.
void consider_validation(Connection& connection, const Validation& validation);
// A checkpoint is new.
void consider_checkpoint(Connection& connection, std::int64_t trial_id, std::string_view uuid);
// The best checkpoint may be another one now.
void refresh_best_checkpoint(Connection& connection, std::int64_t trial_id);
// All of it anew.
void refresh_standing(Connection& connection, std::int64_t trial_id);

}  // namespace det::master::repository
