#include "storage/store_route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/error.hpp"
#include "storage/relative_path.hpp"
#include "storage/staging.hpp"

namespace det::storage {
namespace {

class StoreRoute final : public Route {
 public:
  StoreRoute(std::string description, std::function<StoreAccess()> open,
             const http::Cancellation& cancellation)
      : description_(std::move(description)), open_(std::move(open)), cancellation_(cancellation) {}

  std::string description() const override { return description_; }
  bool reachable() const override { return true; }

  void fetch(const model::Checkpoint& checkpoint, Staging& staging, Progress& progress) override {
    cancellation_.check();
    in_words_of_storage([&] {
      const auto access = open_();
      auto wanted = plan(*access.store, checkpoint.id, staging);
      for (const auto& one : wanted) {
        const auto slash = one.path.rfind('/');
        if (slash != std::string::npos) staging.make_folder(one.path.substr(0, slash));
      }
      staging.require_space();
      access.transfers->fetch(*access.store, std::move(wanted), staging, progress);
    });
  }

  StatedDigests stated(const model::Checkpoint& checkpoint) override {
    StatedDigests found;
    in_words_of_storage([&] {
      require_relative(checkpoint.id);
      const auto objects = open_().store->list(checkpoint.id);
      if (!objects) return;
      for (const auto& object : *objects) {
        if (object.digest) found.emplace(object.path, *object.digest);
      }
    });
    return found;
  }

 private:
  // Who cannot be reached here, and lacks what it listed, is the storage: the master has answered.
  template <typename Work>
  static void in_words_of_storage(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      // Nor is a configuration that makes no request (usage) the user's fault.
      const bool of_storage = error.failure == Failure::unreachable || error.failure == Failure::not_found ||
                              error.failure == Failure::usage;
      if (!of_storage) throw;
      auto refused = error;
      refused.failure = Failure::storage;
      throw refused;
    }
  }

  static std::vector<Wanted> plan(const RemoteStore& store, const std::string& checkpoint_id,
                                  Staging& staging) {
    require_relative(checkpoint_id);
    const auto objects = store.list(checkpoint_id);
    if (!objects) {
      throw Error(Failure::storage, fmt::format("the files of checkpoint {} are not in {}",
                                                printable(checkpoint_id), printable(store.address())));
    }
    const bool is_outdated = std::any_of(objects->begin(), objects->end(), [&](const auto& object) {
      return staging.is_outdated(object.path, object.version);
    });
    if (is_outdated) staging.start_over();
    if (!staging.list().known()) return all_of(checkpoint_id, *objects, staging);
    std::unordered_map<std::string_view, const StoredObject*> by_path;
    for (const auto& object : *objects) {
      if (!by_path.emplace(object.path, &object).second) throw repeated(store, object.path);
    }
    std::vector<Wanted> wanted;
    for (const auto& file : staging.list().files()) {
      if (!staging.needs(file.path)) continue;
      const auto found = by_path.find(file.path);
      if (found == by_path.end()) throw missing(store, file.path);
      if (found->second->size_bytes != file.size_bytes) throw resized(store, file, found->second->size_bytes);
      wanted.push_back(wanted_of(checkpoint_id, *found->second));
    }
    return wanted;
  }

  static std::vector<Wanted> all_of(const std::string& checkpoint_id,
                                    const std::vector<StoredObject>& objects, Staging& staging) {
    const FileList checked(files_of(objects));
    for (const auto& folder : checked.folders()) staging.make_folder(folder);
    std::vector<Wanted> wanted;
    for (const auto& object : objects) {
      if (!object.path.ends_with('/') && staging.needs(object.path))
        wanted.push_back(wanted_of(checkpoint_id, object));
    }
    return wanted;
  }

  static Wanted wanted_of(const std::string& checkpoint_id, const StoredObject& object) {
    return {.path = object.path,
            .object = checkpoint_id + "/" + object.path,
            .size_bytes = object.size_bytes,
            .version = object.version,
            .stated = object.digest};
  }

  static Error repeated(const RemoteStore& store, const std::string& path) {
    return Error(Failure::integrity,
                 fmt::format("{} lists \"{}\" twice", printable(store.address()), printable(path)));
  }

  static Error missing(const RemoteStore& store, const std::string& path) {
    return Error(Failure::storage, fmt::format("\"{}\" is on the list and is missing in {}", printable(path),
                                               printable(store.address())));
  }

  static Error resized(const RemoteStore& store, const model::CheckpointFile& file,
                       std::uint64_t size_bytes) {
    return Error(Failure::integrity,
                 fmt::format("\"{}\" in {} has {} bytes, the list says {}", printable(file.path),
                             printable(store.address()), size_bytes, file.size_bytes));
  }

  std::string description_;
  std::function<StoreAccess()> open_;
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<Route> store_route(std::string description, std::function<StoreAccess()> open,
                                   const http::Cancellation& cancellation) {
  return std::make_unique<StoreRoute>(std::move(description), std::move(open), cancellation);
}

}  // namespace det::storage
