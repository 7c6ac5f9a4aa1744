#include "cli/exit_code.hpp"

namespace det::cli {

ExitCode exit_code(Failure failure) {
  switch (failure) {
    case Failure::unclassified:
      return ExitCode::unclassified;
    case Failure::usage:
      return ExitCode::usage;
    case Failure::permission:
      return ExitCode::permission;
    case Failure::not_found:
      return ExitCode::not_found;
    case Failure::nothing_selected:
      return ExitCode::nothing_selected;
    case Failure::integrity:
      return ExitCode::integrity;
    case Failure::partial:
      return ExitCode::partial;
    case Failure::unreachable:
      return ExitCode::unreachable;
    case Failure::storage:
      return ExitCode::storage;
    case Failure::local_disk:
      return ExitCode::local_disk;
    case Failure::declined:
      return ExitCode::declined;
    case Failure::held:
      return ExitCode::held;
    case Failure::awaited_failed:
      return ExitCode::awaited_failed;
    case Failure::master:
      return ExitCode::master;
    case Failure::timed_out:
      return ExitCode::timed_out;
    case Failure::interrupted:
      return ExitCode::interrupted;
    case Failure::terminated:
      return ExitCode::terminated;
  }
  return ExitCode::unclassified;
}

}  // namespace det::cli
