#pragma once

#include <memory>

#include "storage/checkpoint_store.hpp"
#include "storage/remote_store.hpp"

namespace det::storage {

// Checkpoints in an object store, object by object: metadata.json goes first, so that nothing is taken for
// whole any more, and where the store refuses to remove it the rest stays, too. What else the store refuses
// to remove is left, while the others go. Where it gives no answer, or asks to be asked again, removals throw
// Error{storage}: the rest is still to come. Reads in small ranges, one behind the other, are made of
// requests for 8 MiB: what is given may be as old as the last of these. Beside what RemoteStore refuses,
// list() throws Error{integrity} for a name that require_relative() refuses.
std::unique_ptr<CheckpointStore> object_checkpoints(std::unique_ptr<RemoteStore> store);

}  // namespace det::storage
