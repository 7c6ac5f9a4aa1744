#include "commands/log_retention.hpp"

#include <fmt/format.h>

#include "commands/arguments.hpp"
#include "model/error.hpp"
#include "model/number.hpp"

namespace det::commands {
namespace {

constexpr int longest_days = 32767;

std::optional<int> days_of(const std::string& text) {
  const auto days = model::number<int>(text);
  return days && *days >= -1 && *days <= longest_days ? days : std::nullopt;
}

}  // namespace

void add_log_retention_flags(Arguments& arguments, LogRetentionOptions& into) {
  arguments
      .option("--days", into.days, "DAYS",
              "days to keep the logs from the end time of the task: -1 (for ever) to 32767")
      .completes(Completion::nothing);
  arguments.flag("--forever", into.forever, "keep the logs for ever");
}

int log_retention_days(const LogRetentionOptions& options) {
  if (options.forever && options.days) throw Error(Failure::usage, "--days and --forever exclude each other");
  if (options.forever) return -1;
  if (!options.days || *options.days == "none" || *options.days == "null")
    throw Error(Failure::usage, "how long to keep the logs is not said").advising("--days N, or --forever");
  const auto days = days_of(*options.days);
  if (!days) {
    throw Error(Failure::usage,
                fmt::format("--days takes a number from -1 to {}, not '{}'", longest_days, *options.days));
  }
  return *days;
}

}  // namespace det::commands
