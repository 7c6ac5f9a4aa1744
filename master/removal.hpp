#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "master/repository/deletions.hpp"
#include "master/services.hpp"
#include "master/storage_roots.hpp"

namespace det::master {

// Takes a line for whoever runs this master. Any thread may call it.
using Warn = std::function<void(std::string_view)>;

// What the journal says of a removal, in one text.
namespace removal_reason {
inline constexpr std::string_view policy = "policy";
inline constexpr std::string_view asked = "asked";
inline constexpr std::string_view experiment = "experiment";  // which goes as a whole
// Only what the globs match; none: nothing. Throws Error{usage} for a glob with a line break.
std::string files(const std::vector<std::string>& globs);
}  // namespace removal_reason

// The storage of many checkpoints in turn: the last one of s3, gcs or azure is kept, with its connections and
// credentials, until another is asked for; directories are opened each time, since what is mounted there may
// change. Of one thread at a time; `roots` outlives it.
class LastStore {
 public:
  explicit LastStore(const StorageRoots& roots) : roots_(roots) {}

  // As StorageRoots::open().
  std::shared_ptr<storage::CheckpointStore> open(const model::StorageConfiguration& storage);

 private:
  const StorageRoots& roots_;
  model::StorageConfiguration kept_for_;
  std::shared_ptr<storage::CheckpointStore> kept_;
};

enum class Carried { out, not_yet };

// Removes the files of one entry of the journal, notes in the catalogue what is left, and ends the entry.
// What cannot be removed leaves the checkpoint PARTIALLY_DELETED and is told to `warn`; where single files
// were to go, and it cannot be said what is left, its state stays. not_yet: the checkpoint is being read. May
// be repeated after any crash. Throws Error, and leaves the entry as it was, where the catalogue fails or
// does not say where the files lie, and while their storage cannot be reached.
Carried carry_out(Services& services, LastStore& last_store, const repository::Deletion& deletion,
                  const Warn& warn);

}  // namespace det::master
