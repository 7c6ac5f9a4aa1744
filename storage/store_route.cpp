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
  StoreRoute(std::string description, StoreOpener open, std::shared_ptr<Transfers> transfers,
             const http::Cancellation& cancellation)
      : description_(std::move(description)),
        open_(std::move(open)),
        transfers_(std::move(transfers)),
        cancellation_(cancellation) {}

  std::string description() const override { return description_; }
  bool reachable() const override { return true; }

  void fetch(const model::Checkpoint& checkpoint, Staging& staging, Progress& progress) override {
    cancellation_.check();
    // Who cannot be reached here, and lacks what it listed, is the storage: the master has answered.
    try {
      if (!store_) store_ = open_();
      auto wanted = plan(checkpoint.id, staging);
      for (const auto& one : wanted) {
        const auto slash = one.path.rfind('/');
        if (slash != std::string::npos) staging.make_folder(one.path.substr(0, slash));
      }
      staging.require_space();
      transfers_->fetch(*store_, std::move(wanted), staging, progress);
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

 private:
  std::vector<Wanted> plan(const std::string& checkpoint_id, Staging& staging) const {
    require_relative(checkpoint_id);
    const auto objects = store_->list(checkpoint_id);
    if (!objects) {
      throw Error(Failure::storage, fmt::format("the files of checkpoint {} are not in {}",
                                                printable(checkpoint_id), printable(store_->address())));
    }
    const bool is_outdated = std::any_of(objects->begin(), objects->end(), [&](const auto& object) {
      return staging.is_outdated(object.path, object.version);
    });
    if (is_outdated) staging.start_over();
    if (!staging.list().known()) return all_of(checkpoint_id, *objects, staging);
    std::unordered_map<std::string_view, const StoredObject*> by_path;
    for (const auto& object : *objects) {
      if (!by_path.emplace(object.path, &object).second) throw repeated(object.path);
    }
    std::vector<Wanted> wanted;
    for (const auto& file : staging.list().files()) {
      if (!staging.needs(file.path)) continue;
      const auto found = by_path.find(file.path);
      if (found == by_path.end()) throw missing(file.path);
      if (found->second->size_bytes != file.size_bytes) throw resized(file, found->second->size_bytes);
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

  Error repeated(const std::string& path) const {
    return Error(Failure::integrity,
                 fmt::format("{} lists \"{}\" twice", printable(store_->address()), printable(path)));
  }

  Error missing(const std::string& path) const {
    return Error(Failure::storage, fmt::format("\"{}\" is on the list and is missing in {}", printable(path),
                                               printable(store_->address())));
  }

  Error resized(const model::CheckpointFile& file, std::uint64_t size_bytes) const {
    return Error(Failure::integrity,
                 fmt::format("\"{}\" in {} has {} bytes, the list says {}", printable(file.path),
                             printable(store_->address()), size_bytes, file.size_bytes));
  }

  std::string description_;
  StoreOpener open_;
  std::shared_ptr<RemoteStore> store_;  // once it was needed
  std::shared_ptr<Transfers> transfers_;
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<Route> store_route(std::string description, StoreOpener open,
                                   std::shared_ptr<Transfers> transfers,
                                   const http::Cancellation& cancellation) {
  return std::make_unique<StoreRoute>(std::move(description), std::move(open), std::move(transfers),
                                      cancellation);
}

}  // namespace det::storage
