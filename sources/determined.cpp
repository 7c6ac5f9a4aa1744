#include "sources/determined.hpp"

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <system_error>
#include <utility>

#include "model/error.hpp"
#include "sources/storage_places.hpp"
#include "storage/archive_route.hpp"
#include "storage/directory_route.hpp"
#include "storage/paced_route.hpp"
#include "storage/remote_place.hpp"
#include "storage/staging.hpp"
#include "storage/store_route.hpp"

namespace det::sources {
namespace {

// For receipts and messages: "storage s3://bucket/prefix".
std::string place_of(const model::StorageConfiguration& configuration) {
  return "storage " + storage::shown_place(configuration);
}

// Through the master, which is of one thread at a time.
class ThroughMaster final : public storage::Route {
 public:
  ThroughMaster(std::unique_ptr<storage::Route> route, std::timed_mutex& master,
                const http::Cancellation& cancellation)
      : route_(std::move(route)), master_(master), cancellation_(cancellation) {}

  std::string description() const override { return route_->description(); }
  bool reachable() const override { return route_->reachable(); }
  void fetch(const model::Checkpoint& checkpoint, storage::Staging& staging,
             storage::Progress& progress) override {
    std::unique_lock lock(master_, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::seconds(1))) cancellation_.check();
    route_->fetch(checkpoint, staging, progress);
  }

 private:
  std::unique_ptr<storage::Route> route_;
  std::timed_mutex& master_;
  const http::Cancellation& cancellation_;
};

class Determined final : public Source {
 public:
  Determined(client::Master& master, storage::Remotes& remotes, const http::Cancellation& cancellation)
      : master_(master), remotes_(remotes), cancellation_(cancellation) {}

  std::string address() const override { return master_.address(); }
  model::Experiment experiment(const std::string& id) override { return master_.experiment(id); }
  model::Trial trial(const std::string& id) override { return master_.trial(id); }
  model::Checkpoint checkpoint(const std::string& id) override { return master_.checkpoint(id); }

  void trials(const std::string& experiment_id, const Sink<model::Trial>& sink) override {
    master_.trials(experiment_id, {}, sink);
  }

  void checkpoints(const Query& query, const Sink<model::Checkpoint>& sink) override {
    const auto scope =
        query.scope == Scope::trial ? client::CheckpointScope::trial : client::CheckpointScope::experiment;
    master_.checkpoints({scope, query.id}, sink);
  }

  std::optional<std::filesystem::path> location(const model::Checkpoint& checkpoint) override {
    if (!checkpoint.configuration) return std::nullopt;
    for (const auto& place : storage_places(checkpoint.configuration->storage)) {
      std::error_code unreadable;
      if (std::filesystem::is_directory(place / checkpoint.id, unreadable)) return place / checkpoint.id;
    }
    return std::nullopt;
  }

  std::vector<std::unique_ptr<storage::Route>> routes(const model::Checkpoint& checkpoint,
                                                      const storage::RouteOptions& options) override {
    std::vector<std::unique_ptr<storage::Route>> routes;
    if (options.mode != storage::Mode::master) add_direct(checkpoint, options, routes);
    if (options.mode != storage::Mode::direct) {
      routes.push_back(
          storage::paced_route(through_master(checkpoint.id), options.limits.bytes_a_second, cancellation_));
    }
    return routes;
  }

  std::vector<std::unique_ptr<storage::FileReader>> readers(const model::Checkpoint& checkpoint) override {
    std::vector<std::unique_ptr<storage::FileReader>> readers;
    const auto storage =
        checkpoint.configuration ? checkpoint.configuration->storage : model::StorageConfiguration{};
    if (const auto place = location(checkpoint)) {
      readers.push_back(storage::directory_reader(*place, cancellation_));
    }
    if (storage::is_remote(storage)) {
      const auto open = [this, storage] {
        return storage::OpenStore{remotes_.store(storage), remotes_.transport()};
      };
      readers.push_back(storage::store_reader(place_of(storage), open, checkpoint.id, cancellation_));
    }
    readers.push_back(storage::archive_reader(
        "master " + master_.address(),
        [this, uuid = checkpoint.id](storage::ArchiveKind kind) { return packed(uuid, kind); },
        cancellation_));
    return readers;
  }

 private:
  void add_direct(const model::Checkpoint& checkpoint, const storage::RouteOptions& options,
                  std::vector<std::unique_ptr<storage::Route>>& routes) {
    const auto mode = options.mode;
    const auto storage =
        checkpoint.configuration ? checkpoint.configuration->storage : model::StorageConfiguration{};
    if (storage::is_remote(storage)) {
      routes.push_back(storage::store_route(
          place_of(storage),
          [this, storage, limits = options.limits] {
            return storage::StoreAccess{remotes_.store(storage), remotes_.transfers(limits)};
          },
          cancellation_));
      return;
    }
    auto places = storage_places(storage);
    if (places.empty() && mode == storage::Mode::direct) {
      throw Error(Failure::storage,
                  fmt::format("this version cannot download directly from storage of type '{}'",
                              storage.type.empty() ? "unknown" : storage.type))
          .advising("--mode master");
    }
    if (places.empty()) return;
    auto route = storage::directory_route(std::move(places), checkpoint.id, cancellation_);
    if (mode == storage::Mode::direct || route->reachable()) {
      routes.push_back(storage::paced_route(std::move(route), options.limits.bytes_a_second, cancellation_));
    }
  }

  std::unique_ptr<storage::Route> through_master(const std::string& uuid) {
    return std::make_unique<ThroughMaster>(
        storage::archive_route(
            "master " + master_.address(),
            [this, uuid](storage::ArchiveKind kind) { return packed(uuid, kind); }, cancellation_),
        in_use_, cancellation_);
  }

  // A master answers 500 when it cannot read the checkpoint's storage.
  std::unique_ptr<http::Response> packed(const std::string& uuid, storage::ArchiveKind kind) const {
    const bool plain = kind == storage::ArchiveKind::tar;
    try {
      return master_.archive(uuid, plain ? client::ArchiveFormat::tar : client::ArchiveFormat::tar_gzip);
    } catch (const Error& error) {
      if (error.http_status != 500) throw;
      throw Error(Failure::storage, error.message).with_status(500);
    }
  }

  client::Master& master_;
  std::timed_mutex in_use_;  // master_, by a route
  storage::Remotes& remotes_;
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<Source> determined(client::Master& master, storage::Remotes& remotes,
                                   const http::Cancellation& cancellation) {
  return std::make_unique<Determined>(master, remotes, cancellation);
}

}  // namespace det::sources
