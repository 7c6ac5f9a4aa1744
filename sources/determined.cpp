#include "sources/determined.hpp"

#include <fmt/format.h>

#include <system_error>

#include "model/error.hpp"
#include "sources/storage_places.hpp"
#include "storage/archive_route.hpp"
#include "storage/directory_route.hpp"

namespace det::sources {
namespace {

class Determined final : public Source {
 public:
  Determined(client::Master& master, const http::Cancellation& cancellation)
      : master_(master), cancellation_(cancellation) {}

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
                                                      storage::Mode mode) override {
    std::vector<std::unique_ptr<storage::Route>> routes;
    if (mode != storage::Mode::master) add_direct(checkpoint, mode, routes);
    if (mode != storage::Mode::direct) routes.push_back(through_master(checkpoint.id));
    return routes;
  }

 private:
  void add_direct(const model::Checkpoint& checkpoint, storage::Mode mode,
                  std::vector<std::unique_ptr<storage::Route>>& routes) const {
    const auto storage =
        checkpoint.configuration ? checkpoint.configuration->storage : model::StorageConfiguration{};
    auto places = storage_places(storage);
    if (places.empty() && mode == storage::Mode::direct) {
      throw Error(Failure::storage,
                  fmt::format("this version cannot download directly from storage of type '{}'",
                              storage.type.empty() ? "unknown" : storage.type))
          .advising("--mode master");
    }
    if (places.empty()) return;
    auto route = storage::directory_route(std::move(places), checkpoint.id, cancellation_);
    if (mode == storage::Mode::direct || route->reachable()) routes.push_back(std::move(route));
  }

  std::unique_ptr<storage::Route> through_master(const std::string& uuid) const {
    return storage::archive_route(
        "master " + master_.address(), [this, uuid](storage::ArchiveKind kind) { return packed(uuid, kind); },
        cancellation_);
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
  const http::Cancellation& cancellation_;
};

}  // namespace

std::unique_ptr<Source> determined(client::Master& master, const http::Cancellation& cancellation) {
  return std::make_unique<Determined>(master, cancellation);
}

}  // namespace det::sources
