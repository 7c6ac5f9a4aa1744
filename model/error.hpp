#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace det {

// What a script would do next, not where it happened. cli/exit_code.hpp gives each its number.
enum class Failure {
  unclassified,
  usage,
  permission,        // not signed in, or not allowed
  not_found,         // the named thing does not exist, or is DELETED
  nothing_selected,  // nothing satisfies the selection
  integrity,         // bytes are not what they should be
  partial,           // some parts done, some failed
  unreachable,       // master or network; also 429, 502, 503, 504 after retries
  storage,           // storage refused or unreachable, though the master answered
  local_disk,        // full, read-only, no permission
  declined,          // a confirmation was declined, or needed and not to be had
  held,              // the target is held by another process, or holds something else
  awaited_failed,    // the awaited thing ended without success
  master,            // the master answered with an error of its own, or with no valid answer
  timed_out,         // --timeout elapsed
  interrupted,       // SIGINT
  terminated,        // SIGTERM
};

// What ends the whole command, not one part of its work.
constexpr bool ends_the_command(Failure failure) {
  return failure == Failure::interrupted || failure == Failure::terminated || failure == Failure::timed_out;
}

// The one exception that leaves a layer of ours. The message is a lower-case sentence without a full stop:
// what was tried, on what, why it failed. It never holds a token, a password or a signed URL. Only cli/run
// prints it.
class Error final : public std::exception {
 public:
  Error(Failure kind, std::string cause);

  const char* what() const noexcept override { return message.c_str(); }

  // The same error with what was being done in front: "failed to list trials: " + message.
  Error within(std::string_view doing) const;
  // The same error with a line that the user can copy.
  Error advising(std::string line) const;
  Error with_status(int status) const;
  Error worth_retrying() const;
  Error caused_by(int system_error) const;

  Failure failure;
  std::string message;             // the whole sentence
  std::string cause;               // its innermost part: why
  std::string next;                // a line to copy; empty when there is none
  std::optional<int> http_status;  // of the answer that failed
  int system_error = 0;            // errno behind it, ETIMEDOUT for silence; 0 when there is none
  bool retryable = false;          // the same command may work later
};

}  // namespace det
