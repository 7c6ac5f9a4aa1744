#pragma once

#include "model/error.hpp"

namespace det::cli {

// The status of the process. Documented in docs/exit-codes.md; numbers are appended, never changed.
enum class ExitCode {
  done = 0,
  unclassified = 1,
  usage = 2,
  permission = 4,
  not_found = 5,
  nothing_selected = 6,
  integrity = 7,
  partial = 8,
  unreachable = 9,
  storage = 10,
  local_disk = 11,
  declined = 12,
  held = 13,
  awaited_failed = 14,
  master = 15,
  timed_out = 124,
  interrupted = 130,
  terminated = 143,
};

ExitCode exit_code(Failure failure);

}  // namespace det::cli
