#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "master/connection.hpp"
#include "master/repository/slice.hpp"
#include "model/record.hpp"

namespace det::master::repository {

// `id` is not read. A line without a trial goes to the trial whose task it names, if there is one.
void append_task_logs(Connection& connection, std::span<const model::LogRecord> lines);

// What is empty or absent does not filter.
struct LogQuery {
  std::vector<std::string> levels = {};
  std::vector<std::int64_t> ranks = {};
  std::vector<std::string> sources = {};
  std::vector<std::string> stdtypes = {};
  std::vector<std::string> agents = {};
  std::vector<std::string> containers = {};
  std::vector<std::string> allocations = {};
  std::optional<model::Time> not_before = {};
  std::optional<model::Time> not_after = {};
  std::string containing = {};
  std::int64_t after_id = 0;                     // in the direction of listing; 0: from its beginning
  std::int64_t limit = 1000;                     // 0: all
  Direction direction = Direction::unspecified;  // ascending, by id
};

std::vector<model::LogRecord> list_trial_logs(Connection& connection, std::int64_t trial_id,
                                              const LogQuery& query);
std::vector<model::LogRecord> list_task_logs(Connection& connection, const std::string& task_id,
                                             const LogQuery& query);

// The last line of a trial's log so far; 0: there is none.
std::int64_t last_log_id(Connection& connection, std::int64_t trial_id);

// What the lines of a trial's log can be told apart by: each value once, in its order.
struct LogFields {
  std::vector<std::string> agents = {};
  std::vector<std::string> allocations = {};
  std::vector<std::string> containers = {};
  std::vector<std::int64_t> ranks = {};
  std::vector<std::string> sources = {};
  std::vector<std::string> stdtypes = {};
};
LogFields trial_log_fields(Connection& connection, std::int64_t trial_id);

}  // namespace det::master::repository
