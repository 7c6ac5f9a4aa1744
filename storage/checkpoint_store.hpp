#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace det::storage {

// Which files of a checkpoint are meant; the path is relative to it, that of a folder ends in '/'.
using Chosen = std::function<bool(std::string_view path)>;

// How a removal ended.
struct Removed {
  // What is left of the checkpoint, as Store::list() says it; nothing when all of it is gone.
  std::vector<model::CheckpointFile> left = {};
  // The first reason why something is left that was to go; empty: all went.
  std::string failure = {};
};

// A store of checkpoints, each in a folder that its uuid names, from which whole checkpoints can be removed.
// A removal may be cut off at any point, and is finished when it is asked for again; nothing that it leaves
// meanwhile passes for a whole checkpoint with the official client, which looks for metadata.json. What is
// absent went before. Names of checkpoints are one part, and not hidden: others throw Error{integrity}.
class CheckpointStore : public WritableStore {
 public:
  // For messages: "/data/checkpoints", "s3://bucket/prefix". No credentials.
  virtual std::string address() const = 0;

  // Throws Error{storage} when the store itself cannot be reached: unmounted, renamed, refused, away.
  virtual void require_there() const = 0;

  // Removes a checkpoint with all that is in its folder. Throws as require_there() does.
  virtual Removed remove_checkpoint(const std::string& checkpoint) = 0;

  // Removes the chosen files of a checkpoint, and the chosen folders with all that is in them. Throws as
  // require_there() does.
  virtual Removed remove_files(const std::string& checkpoint, const Chosen& chosen) = 0;
};

// Throws Error{integrity} for what is no name of a checkpoint.
void require_checkpoint_name(const std::string& name);

}  // namespace det::storage
