#pragma once

#include <optional>
#include <string>

#include "commands/context.hpp"
#include "commands/selection.hpp"
#include "sources/source.hpp"

namespace det::commands {

class Arguments;

// The flags of the commands that list checkpoints.
struct CheckpointListOptions {
  std::optional<int> best;  // absent or 0: all
  bool csv = false;
  bool all_states = false;
  std::optional<std::string> columns;
  SelectionOptions selection;
};

void add_checkpoint_list(Arguments& arguments, CheckpointListOptions& options);

// Lists the checkpoints of one experiment or trial: in order of time as they come, or, with --best or
// --sort-by, those that can be ranked, best first.
void list_checkpoints(Context& context, sources::Source& source, const sources::Query& query,
                      const CheckpointListOptions& options);

// Lists those of all experiments of the user, by experiment, then in order of time. Throws Error{usage} where
// the options ask for a ranking.
void list_own_checkpoints(Context& context, sources::Source& source, const CheckpointListOptions& options);

}  // namespace det::commands
