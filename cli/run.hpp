#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "commands/context.hpp"

namespace det::cli {

// What a run needs of its surroundings; main wires the real ones.
class Host {
 public:
  virtual ~Host() = default;

  virtual std::ostream& out() = 0;
  virtual std::ostream& err() = 0;
  // Forgets output that has not left the process yet, so that a command that failed early printed nothing.
  virtual void take_back_output() = 0;
  // What a command works with under these global options. Throws Error for settings that cannot be used.
  virtual std::unique_ptr<commands::Context> context(const commands::Globals& globals) = 0;
  // What completion asks with: it is silent, reads no answer, signs in nowhere and tries nothing twice. From
  // now on the process has a quarter of a second, and ends well when that is over.
  virtual std::unique_ptr<commands::Context> completion_context(const commands::Globals& globals) = 0;
};

// Runs one command line (without the program's name): the one place that prints failures.
ExitCode run(const std::vector<std::string>& line, Host& host);

}  // namespace det::cli
