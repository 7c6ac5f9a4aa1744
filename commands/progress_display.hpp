#pragma once

#include <memory>

#include "commands/context.hpp"
#include "storage/route.hpp"

namespace det::commands {

// Shows the progress of downloads on stderr in the form that --progress asks for: a live bar on a terminal,
// otherwise one plain line at the start, every 10 seconds and at the end; nothing when no form was asked for
// and the line is `quiet` or wants JSON.
std::unique_ptr<storage::Progress> progress_display(Context& context, bool quiet);

}  // namespace det::commands
