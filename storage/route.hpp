#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/checkpoint.hpp"
#include "model/error.hpp"
#include "storage/digest.hpp"
#include "storage/transfer_options.hpp"

namespace det::storage {

class Staging;

enum class Mode { automatic, direct, master };

// Which ways to a checkpoint's bytes are asked for, and what they may take.
struct RouteOptions {
  Mode mode = Mode::automatic;
  TransferLimits limits = {};
};

// Told of every byte as it is written; throws nothing.
class Progress {
 public:
  virtual ~Progress() = default;
  // One checkpoint begins, or begins again by another route: how much is still to come, by the source's list
  // (0 and 0 where that says nothing).
  virtual void started(const std::string& checkpoint_id, std::size_t files, std::uint64_t bytes) = 0;
  virtual void advanced(std::uint64_t bytes) = 0;
  // Bytes of what is to come that an earlier run left here already.
  virtual void found(std::uint64_t bytes) = 0;
  // One of the files is whole.
  virtual void file_done() = 0;
  // Once after each started(), whether it all came or not.
  virtual void finished() = 0;
  // One way failed, and the next is tried; `why` names both the way and its failure.
  virtual void gave_up(const std::string& why) = 0;
};

// One way by which a checkpoint's bytes come to this machine.
class Route {
 public:
  virtual ~Route() = default;

  // For the receipt and for messages: "directory /mnt/checkpoints/UUID", "master http://host:8080". No
  // credentials.
  virtual std::string description() const = 0;
  // Whether the bytes are there at all, at the cost of a stat; true where only trying can tell.
  virtual bool reachable() const = 0;
  // Brings every file that staging.needs() into the staging directory. Throws Error: storage (refused or
  // missing there), integrity (a hostile or damaged archive), local_disk, unreachable, interrupted, and what
  // a master may answer.
  virtual void fetch(const model::Checkpoint& checkpoint, Staging& staging, Progress& progress) = 0;
  // What the source says of the checkpoint's files without reading them; empty where it says nothing. Throws
  // as fetch() does.
  virtual StatedDigests stated(const model::Checkpoint& checkpoint);
};

// Whether another way to the bytes may succeed where one failed so: not when the cause lies on this machine
// or with the user.
bool another_way_may_help(Failure failure);

}  // namespace det::storage
