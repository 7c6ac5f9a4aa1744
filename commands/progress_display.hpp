#pragma once

#include <functional>
#include <memory>

#include "commands/context.hpp"
#include "storage/route.hpp"

namespace det::commands {

// Shows on stderr how the transfers of one command come along. Of any thread.
class ProgressDisplay {
 public:
  virtual ~ProgressDisplay() = default;

  // What transfers that come one after the other tell; of one thread. Goes before the display.
  virtual std::unique_ptr<storage::Progress> lane() = 0;
  // Does `print`, which writes to the same terminal, while nothing is shown.
  virtual void apart(const std::function<void()>& print) = 0;
};

// The form that --progress asks for: a live bar on a terminal, for all that comes at the same time together;
// otherwise of each checkpoint one plain line at the start, every 10 seconds and at the end; nothing when no
// form was asked for and the line is `quiet` or wants JSON.
std::unique_ptr<ProgressDisplay> progress_display(Context& context, bool quiet);

}  // namespace det::commands
