#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace det::storage {

// Things that are dear to open and of one thread at a time, each of a kind that `Key` names. Of any thread.
template <typename Key, typename Thing>
class Pool {
 public:
  // One that nobody has, or a new one, which `open` gives. It comes back when the last pointer to it goes,
  // which is before the pool does.
  std::shared_ptr<Thing> take(const Key& key, const std::function<std::unique_ptr<Thing>()>& open) {
    auto thing = idle(key);
    if (!thing) thing = open();
    return {thing.release(), [this, key](Thing* back) { put(key, std::unique_ptr<Thing>(back)); }};
  }

 private:
  std::unique_ptr<Thing> idle(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(idle_.begin(), idle_.end(), [&](const auto& one) { return one.first == key; });
    if (found == idle_.end()) return nullptr;
    auto thing = std::move(found->second);
    idle_.erase(found);
    return thing;
  }
  void put(const Key& key, std::unique_ptr<Thing> thing) {
    const std::lock_guard lock(mutex_);
    idle_.emplace_back(key, std::move(thing));
  }

  std::mutex mutex_;
  std::vector<std::pair<Key, std::unique_ptr<Thing>>> idle_;
};

}  // namespace det::storage
