#include "commands/metadata_change.hpp"

#include <fmt/format.h>

#include "commands/change_output.hpp"
#include "commands/context.hpp"
#include "commands/naming.hpp"
#include "formatting/checkpoint_table.hpp"
#include "formatting/values.hpp"

namespace det::commands {

void change_metadata(Context& context, const MetadataChange& wanted) {
  const auto changed = naming("failed to change the metadata of checkpoint " + wanted.uuid, [&] {
    auto& master = context.master({});
    auto metadata = master.checkpoint(wanted.uuid).metadata;
    if (!metadata.is_object()) metadata = model::Json::object();
    wanted.change(metadata);
    return master.set_checkpoint_metadata(wanted.uuid, metadata);
  });
  print_change(
      context,
      fmt::format("{} {} of checkpoint {}", wanted.done, formatting::terminal_safe(wanted.keys), wanted.uuid),
      formatting::checkpoint_json(changed));
}

}  // namespace det::commands
