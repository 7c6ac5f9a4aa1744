#include "sources/storage_places.hpp"

#include <catch2/catch.hpp>

using det::sources::storage_places;
using Places = std::vector<std::filesystem::path>;

namespace {

det::model::StorageConfiguration shared_fs(std::string host_path,
                                           std::optional<std::string> storage_path = {}) {
  det::model::StorageConfiguration storage;
  storage.type = "shared_fs";
  storage.host_path = std::move(host_path);
  storage.storage_path = std::move(storage_path);
  return storage;
}
det::model::StorageConfiguration directory(std::string path) {
  det::model::StorageConfiguration storage;
  storage.type = "directory";
  storage.container_path = std::move(path);
  return storage;
}

}  // namespace

TEST_CASE("shared_fs lies below its host path, or where a container mounts it") {
  CHECK(storage_places(shared_fs("/mnt/ckpt")) == Places{"/mnt/ckpt", "/determined_shared_fs"});
  CHECK(storage_places(shared_fs("/mnt/ckpt/", "team/a")) ==
        Places{"/mnt/ckpt/team/a", "/determined_shared_fs/team/a"});
}

TEST_CASE("an absolute storage path must lie below the host path") {
  CHECK(storage_places(shared_fs("/mnt", "/mnt/a")) == Places{"/mnt/a", "/determined_shared_fs/a"});
  CHECK(storage_places(shared_fs("/mnt", "/etc")).empty());
}

TEST_CASE("a storage path that leaves the host path names no place") {
  CHECK(storage_places(shared_fs("/mnt/a", "../b")).empty());
  CHECK(storage_places(shared_fs("relative")).empty());
}

TEST_CASE("directory storage is one absolute place, and a cloud is none") {
  CHECK(storage_places(directory("/data")) == Places{"/data"});
  CHECK(storage_places(directory("data")).empty());
  det::model::StorageConfiguration bucket;
  bucket.type = "s3";
  CHECK(storage_places(bucket).empty());
}
