#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "master/http_server.hpp"
#include "master/repository/task_logs.hpp"
#include "master/services.hpp"

namespace det::master {

// Whose lines: a trial's, or those of one of its tasks.
struct LogOwner {
  std::int64_t trial_id = 0;
  std::optional<std::string> task_id = {};
};

enum class LogEnd {
  now,       // with the last line that there is
  of_trial,  // once the trial has come to its end
};

// The wanted lines as {"result": LINE}, one piece a line, as soon as there are any: at once when followers
// are woken, and within a second in any case, which is also how the end of a trial is noticed. `query.limit`
// 0: all. Refers to the services.
std::unique_ptr<BodyStream> log_stream(Services& services, LogOwner owner, repository::LogQuery query,
                                       LogEnd end);

}  // namespace det::master
