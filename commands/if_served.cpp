#include "commands/if_served.hpp"

#include <ostream>

#include "formatting/values.hpp"
#include "model/error.hpp"

namespace det::commands {
namespace {

// Without an answer from the master there is nothing to go on with.
bool is_mere_refusal(const Error& error) {
  const bool refused = error.failure == Failure::master || error.failure == Failure::not_found ||
                       error.failure == Failure::permission;
  return refused && error.http_status != 401;
}

}  // namespace

void ask_if_served(std::ostream& err, const std::string& without, const std::function<void()>& ask) {
  try {
    ask();
  } catch (const Error& error) {
    if (!is_mere_refusal(error)) throw;
    err << without << ": " << formatting::terminal_safe(error.cause) << '\n';
  }
}

}  // namespace det::commands
