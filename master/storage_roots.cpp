#include "master/storage_roots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "model/error.hpp"
#include "storage/directory_store.hpp"
#include "storage/object_checkpoints.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_place.hpp"
#include "storage/s3_store.hpp"

namespace det::master {
namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& path, const fs::path& base) {
  return std::mismatch(base.begin(), base.end(), path.begin(), path.end()).first == base.end();
}

fs::path without_last_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

fs::path resolved(const fs::path& path) {
  std::error_code failure;
  const auto real = fs::weakly_canonical(path, failure);
  if (!failure) return without_last_slash(real.lexically_normal());
  throw Error(Failure::storage, fmt::format("its storage {} cannot be reached: {}",
                                            storage::printable(path.native()), failure.message()));
}

Error refused(std::string_view why) {
  return Error(Failure::usage, std::string(why));
}

fs::path absolute(const std::string& path, std::string_view field) {
  const bool usable = path.starts_with('/') && path.find('\0') == std::string::npos;
  if (!usable) throw refused(fmt::format("its storage names no absolute {}", field));
  return without_last_slash(fs::path(path).lexically_normal());
}

fs::path place_of(const model::StorageConfiguration& storage) {
  if (storage.type == "directory") return absolute(storage.container_path, "container_path");
  if (storage.type != "shared_fs") {
    throw refused(fmt::format("its storage is of type '{}', which this master does not touch",
                              storage::printable(storage.type)));
  }
  const auto host = absolute(storage.host_path, "host_path");
  const auto whole = absolute((host / storage.storage_path.value_or("")).native(), "host_path");
  if (!is_below(whole, host)) throw refused("its storage_path leads out of its host_path");
  return whole;
}

Error outside(const std::string& place) {
  return refused(fmt::format("its storage {} lies outside this master's storage roots", place));
}

// Whatever is wrong with an experiment's configuration stays so, however often it is tried.
storage::RemotePlace named_place(const model::StorageConfiguration& storage,
                                 const storage::Surroundings& surroundings) {
  try {
    return storage::remote_place(storage, surroundings);
  } catch (const Error& error) {
    throw refused(
        fmt::format("its storage {} is no place: {}", storage::shown_place(storage), error.message));
  }
}

// Of the master's own configuration, which its user wrote.
std::unique_ptr<storage::RemoteStore> own_store(const model::StorageConfiguration& own,
                                                const storage::Surroundings& surroundings) {
  return own.type == "s3" ? storage::users_s3_store(own, surroundings)
                          : storage::open_remote_store(own, surroundings);
}

}  // namespace

std::unique_ptr<storage::CheckpointStore> StorageRoots::open(
    const model::StorageConfiguration& storage) const {
  return storage::is_remote(storage) ? open_objects(storage) : open_directory(storage);
}

std::unique_ptr<storage::CheckpointStore> StorageRoots::open_directory(
    const model::StorageConfiguration& storage) const {
  const auto place = place_of(storage);
  const auto real = resolved(place);
  for (const auto& root : roots_) {
    const auto real_root = resolved(root);
    if (is_below(real, real_root)) return std::make_unique<storage::DirectoryStore>(real_root, real);
  }
  throw outside(storage::printable(place.native()));
}

std::unique_ptr<storage::CheckpointStore> StorageRoots::open_objects(
    const model::StorageConfiguration& storage) const {
  if (!object_root_ || object_root_->configuration.type != storage.type) {
    throw outside(storage::shown_place(storage));
  }
  auto opened = object_root_->configuration;
  const auto surroundings = object_root_->surroundings();
  const auto root = storage::remote_place(opened, surroundings);
  const auto place = named_place(storage, surroundings);
  if (!storage::lies_within(place, root)) {
    const auto at = place.server.empty() ? "" : " at " + storage::printable(place.server);
    throw outside(storage::shown_place(storage) + at);
  }
  opened.prefix = place.prefix;
  return storage::object_checkpoints(own_store(opened, surroundings));
}

}  // namespace det::master
