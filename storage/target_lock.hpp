#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "storage/descriptor.hpp"

namespace det::storage {

// The one owner of a staging directory: a file "lock" in it that names host, process and start time, locked
// with flock, its modification time the heartbeat. Where flock reaches (one machine, most network file
// systems) the lock falls with its process. Where it does not, a lock of another host whose heartbeat is
// younger than `silence` holds; an older one is stale.
class TargetLock {
 public:
  static constexpr std::chrono::minutes silence{5};
  static constexpr std::chrono::seconds beat_every{10};

  // Makes `directory` (its parent exists) if need be and takes its lock. Throws Error: held, naming the
  // owner, or when `directory` is no directory of this user's; local_disk.
  explicit TargetLock(const std::filesystem::path& directory);
  // Removes the directory if it was made for this lock, unless keep() was called.
  ~TargetLock();
  TargetLock(const TargetLock&) = delete;
  TargetLock& operator=(const TargetLock&) = delete;

  // From now on the directory holds something, and stays until remove().
  void keep() { kept_ = true; }

  // Says that this process lives; costs a system call only when the last beat is `beat_every` old.
  void beat();

  // The directory stays for a later run, and nobody owns it.
  void sign_off();

  // Removes the lock's file, and the directory once it is empty, still as their owner.
  void remove();

 private:
  struct Untaken {};
  TargetLock(const std::filesystem::path& directory, Untaken tag);
  bool take();
  void sign();

  std::filesystem::path path_;
  Descriptor directory_;
  Descriptor file_;
  std::chrono::steady_clock::time_point last_beat_;
  bool made_ = false;  // the directory
  bool kept_ = false;
};

}  // namespace det::storage
