#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "commands/download.hpp"
#include "storage/place.hpp"
#include "storage/route.hpp"

namespace det::commands {

// How many of these checkpoints come at the same time, so that the bytes of one flow while another begins or
// ends: two; but one after the other where --limit-rate is kept by one thread, where a master is asked, which
// is of one thread, where two go to one directory, and where the disks have no room for all, so that whole
// ones come first.
std::size_t lanes_for(const std::vector<Wanted>& wanted, storage::Mode mode,
                      const storage::TransferLimits& limits);

// The folders above all targets, as long as checkpoints come at the same time: none takes one away that
// another is about to use. What cannot be made is told by the checkpoint that needs it. Those that are empty
// in the end go.
class FoldersAbove {
 public:
  explicit FoldersAbove(const std::vector<Wanted>& wanted);

 private:
  std::vector<std::unique_ptr<storage::MadeFolders>> made_;
};

}  // namespace det::commands
