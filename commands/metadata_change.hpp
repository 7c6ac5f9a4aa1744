#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/json.hpp"

namespace det::commands {

class Context;

// Reads a checkpoint's metadata, lets `change` work on it (an object), and replaces it by the outcome: a
// master knows no smaller step, so that of two who change it at the same time one is lost. Prints what was
// done, "Set a, b of checkpoint UUID", or the checkpoint with --json. Files in storage stay as they are.
struct MetadataChange {
  std::string uuid;
  std::function<void(model::Json& metadata)> change;
  std::string_view done;  // "Set"
  std::string keys;       // "a, b"
};
void change_metadata(Context& context, const MetadataChange& wanted);

}  // namespace det::commands
