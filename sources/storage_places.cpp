#include "sources/storage_places.hpp"

#include <algorithm>

namespace det::sources {
namespace {

constexpr auto shared_fs_in_container = "/determined_shared_fs";

bool is_below(const std::filesystem::path& path, const std::filesystem::path& base) {
  return std::mismatch(base.begin(), base.end(), path.begin(), path.end()).first == base.end();
}

std::filesystem::path without_last_slash(const std::filesystem::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

std::vector<std::filesystem::path> shared_fs_places(const model::StorageConfiguration& storage) {
  const auto host = without_last_slash(std::filesystem::path(storage.host_path).lexically_normal());
  if (!host.is_absolute()) return {};
  if (!storage.storage_path || storage.storage_path->empty()) return {host, shared_fs_in_container};
  const auto whole = (host / *storage.storage_path).lexically_normal();
  if (!is_below(whole, host)) return {};
  return {whole, (shared_fs_in_container / whole.lexically_relative(host)).lexically_normal()};
}

}  // namespace

std::vector<std::filesystem::path> storage_places(const model::StorageConfiguration& storage) {
  if (storage.type == "shared_fs") return shared_fs_places(storage);
  if (storage.type != "directory") return {};
  const std::filesystem::path directory(storage.container_path);
  return directory.is_absolute() ? std::vector{directory.lexically_normal()}
                                 : std::vector<std::filesystem::path>{};
}

}  // namespace det::sources
