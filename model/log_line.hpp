#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace det::model {

// One line of a trial's log, as a master sends it.
struct LogLine {
  std::string id;
  std::string timestamp;  // the master's own text, RFC 3339
  std::string level;      // the word of the API: "LOG_LEVEL_INFO"
  std::string message;    // what is printed: "[TIME] CONTAIN || INFO: TEXT", with its end of line
  std::int64_t trial_id = 0;
  // The parts of which the message is made.
  std::optional<std::string> agent_id;
  std::optional<std::string> container_id;
  std::optional<std::int64_t> rank;
  std::optional<std::string> source;
  std::optional<std::string> stdtype;  // "stdout", "stderr"
  std::optional<std::string> text;
};

}  // namespace det::model
