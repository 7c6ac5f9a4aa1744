#pragma once

#include <optional>
#include <string>

namespace det::commands {

class Arguments;

// For how long logs are kept, as `set log-retention` of experiments and of trials takes it.
struct LogRetentionOptions {
  std::optional<std::string> days;  // a number, or none or null
  bool forever = false;
};

void add_log_retention_flags(Arguments& arguments, LogRetentionOptions& into);

// The days that are meant; -1: for ever. Throws Error{usage} where none, both or anything but -1 to 32767 is
// given.
int log_retention_days(const LogRetentionOptions& options);

}  // namespace det::commands
