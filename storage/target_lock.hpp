#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "storage/descriptor.hpp"

namespace det::storage {

// The one owner of a staging directory: a file "lock" in it that names host, process and start time, locked
// with flock, its modification time the heartbeat, which a thread of its own keeps up. Where flock reaches
// (one machine, most network file systems) the lock falls with its process. Where it does not, a lock of
// another host whose heartbeat is younger than `silence` holds; an older one is stale.
class TargetLock {
 public:
  static constexpr std::chrono::minutes silence{5};

  // Makes `directory` (its parent exists) if need be and takes its lock. Throws Error: held, naming the
  // owner, or when `directory` is no directory of this user's; local_disk.
  explicit TargetLock(const std::filesystem::path& directory,
                      std::chrono::milliseconds beat_every = std::chrono::seconds(10));
  // Removes the directory if it was made for this lock, unless keep() was called; else nobody owns it from
  // now on.
  ~TargetLock();
  TargetLock(const TargetLock&) = delete;
  TargetLock& operator=(const TargetLock&) = delete;

  // From now on the directory holds something, and stays until remove().
  void keep() { kept_ = true; }

  // Removes the lock's file, and the directory once it is empty, still as their owner.
  void remove();

 private:
  struct Untaken {};
  TargetLock(const std::filesystem::path& directory, Untaken tag);
  bool take();
  void sign();
  void start_beating(std::chrono::milliseconds every);

  std::filesystem::path path_;
  Descriptor directory_;
  Descriptor file_;
  bool made_ = false;  // the directory
  bool kept_ = false;
  bool signed_ = false;  // the lock's file is ours
  std::mutex mutex_;
  std::condition_variable end_;
  bool ended_ = false;  // of the lock, for the thread
  std::thread heart_;
};

}  // namespace det::storage
