#include <fmt/format.h>

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "master/api_answer.hpp"
#include "master/clock.hpp"
#include "master/found.hpp"
#include "master/handlers/handlers.hpp"
#include "master/list_parameters.hpp"
#include "master/log_stream.hpp"
#include "master/repository/task_logs.hpp"
#include "master/repository/trials.hpp"
#include "model/error.hpp"
#include "wire/answers.hpp"
#include "wire/experiment_changes.hpp"
#include "wire/requests.hpp"
#include "wire/time.hpp"

namespace det::master::handlers {
namespace {

using repository::Direction;

// What lines keep of a level; that of unknown ones is empty.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> levels{
    {{"LOG_LEVEL_UNSPECIFIED", ""},
     {"LOG_LEVEL_TRACE", "TRACE"},
     {"LOG_LEVEL_DEBUG", "DEBUG"},
     {"LOG_LEVEL_INFO", "INFO"},
     {"LOG_LEVEL_WARNING", "WARNING"},
     {"LOG_LEVEL_ERROR", "ERROR"},
     {"LOG_LEVEL_CRITICAL", "CRITICAL"}}};

// Finds each line's trial, once a task, and returns all of them.
std::set<std::int64_t> find_trials(Connection& connection, std::vector<model::LogRecord>& lines) {
  std::map<std::string, std::int64_t> by_task;
  std::set<std::int64_t> trials;
  for (auto& line : lines) {
    if (line.trial_id == 0) {
      const auto [known, is_new] = by_task.try_emplace(line.task_id, 0);
      if (is_new) known->second = repository::trial_of_task(connection, line.task_id).value_or(0);
      line.trial_id = known->second;
    } else if (!trials.contains(line.trial_id)) {
      require_trial(connection, line.trial_id);
    }
    if (line.trial_id != 0) trials.insert(line.trial_id);
  }
  return trials;
}

Response append(Services& services, const Call& call) {
  auto lines = wire::decode_task_logs(call.request.body);
  for (auto& line : lines) line.written = line.written.value_or(now());
  const auto trials = services.database.write([&](Connection& connection) {
    auto found = find_trials(connection, lines);
    repository::append_task_logs(connection, lines);
    return found;
  });
  for (const auto trial : trials) services.log_followers.wake(trial);
  return empty_answer();
}

std::optional<model::Time> time_of(const Query& query, std::string_view name) {
  const auto text = query.text(name);
  if (!text || text->empty()) return std::nullopt;
  const auto time = wire::parse_time(*text);
  if (!time) throw Error(Failure::usage, fmt::format("{} '{}' is not a time", name, *text));
  return time;
}

repository::LogQuery wanted_of(const Query& query) {
  repository::LogQuery wanted;
  for (const auto& word : query.texts("levels")) {
    wanted.levels.emplace_back(value_of_word<std::string_view>(levels, word, "logv1.LogLevel"));
  }
  wanted.ranks = query.integers("rankIds");
  wanted.sources = query.texts("sources");
  wanted.stdtypes = query.texts("stdtypes");
  wanted.agents = query.texts("agentIds");
  wanted.containers = query.texts("containerIds");
  wanted.allocations = query.texts("allocationIds");
  wanted.containing = query.text("searchText").value_or("");
  if (!wanted.containing.empty() && query.flag("enableRegex").value_or(false)) {
    throw Error(Failure::usage, "this master searches logs for plain text only");
  }
  wanted.not_after = time_of(query, "timestampBefore");
  wanted.not_before = time_of(query, "timestampAfter");
  if (wanted.not_before)
    *wanted.not_before += std::chrono::microseconds(1);  // the moment itself is not after
  wanted.limit = query.integer("limit").value_or(0);
  if (wanted.limit < 0) throw Error(Failure::usage, "limit must be >= 0");
  wanted.direction = direction_of(query);
  return wanted;
}

Response stream(Services& services, const Call& call, LogOwner owner) {
  auto wanted = wanted_of(call.query);
  const bool follow = call.query.flag("follow").value_or(false) && wanted.direction != Direction::descending;
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .stream = log_stream(services, std::move(owner), std::move(wanted),
                               follow ? LogEnd::of_trial : LogEnd::now)};
}

std::string fields_text(Connection& connection, std::int64_t trial_id) {
  auto fields = repository::trial_log_fields(connection, trial_id);
  return wire::log_fields_text({.agents = std::move(fields.agents),
                                .allocations = std::move(fields.allocations),
                                .containers = std::move(fields.containers),
                                .ranks = std::move(fields.ranks),
                                .sources = std::move(fields.sources),
                                .stdtypes = std::move(fields.stdtypes)});
}

// One line: what there is now.
Response fields(Services& services, std::int64_t trial_id) {
  auto text =
      services.database.read([&](Connection& connection) { return fields_text(connection, trial_id); });
  return stream_answer([text = std::move(text)]() mutable { return std::exchange(text, {}); });
}

Response retain(const Call& call) {
  if (wire::decode_log_retention(call.request.body) != -1) {
    throw Error(Failure::usage,
                "this master keeps a log as long as its experiment: numDays can only be -1, for ever");
  }
  return empty_answer();
}

// What answers for a trial that is there.
template <typename Answer>
Answering of_trial(Services& services, Answer answer) {
  return streaming([&services, answer](const Call& call) {
    const auto id = call.id(0, "trial_id");
    services.database.read([&](Connection& connection) { require_trial(connection, id); });
    return answer(services, call, LogOwner{id, std::nullopt});
  });
}

// The same for a task that a trial had.
template <typename Answer>
Answering of_task(Services& services, Answer answer) {
  return streaming([&services, answer](const Call& call) {
    const auto& task = call.words[0];
    const auto trial = services.database.read(
        [&](Connection& connection) { return repository::trial_of_task(connection, task); });
    if (!trial) throw Error(Failure::not_found, fmt::format("task '{}' not found", task));
    return answer(services, call, LogOwner{*trial, task});
  });
}

}  // namespace

std::vector<Route> logs(Services& services) {
  const auto fields_of = [](Services& all, const Call&, const LogOwner& owner) {
    return fields(all, owner.trial_id);
  };
  return {
      {"POST", "/api/v1/task/logs", [&](const Call& call) { return append(services, call); }},
      {"POST", "/task-logs", [&](const Call& call) { return append(services, call); }},
      {"GET", "/api/v1/trials/{id}/logs", of_trial(services, stream)},
      {"GET", "/api/v1/trials/{id}/logs/fields", of_trial(services, fields_of)},
      {"PUT", "/api/v1/experiments/{id}/retain_logs",
       [&](const Call& call) {
         const auto id = call.id(0, "experiment_id");
         services.database.read([&](Connection& connection) { found_experiment(connection, id); });
         return retain(call);
       }},
      {"PUT", "/api/v1/trials/{id}/retain_logs",
       [&](const Call& call) {
         const auto id = call.id(0, "trial_id");
         services.database.read([&](Connection& connection) { require_trial(connection, id); });
         return retain(call);
       }},
      {"GET", "/api/v1/tasks/{id}/logs", of_task(services, stream)},
      {"GET", "/api/v1/tasks/{id}/logs/fields", of_task(services, fields_of)},
  };
}

}  // namespace det::master::handlers
