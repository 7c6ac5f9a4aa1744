#include "master/storage_roots.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "model/error.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using master::StorageRoots;

model::StorageConfiguration of_type(const std::string& type) {
  model::StorageConfiguration storage;
  storage.type = type;
  return storage;
}

model::StorageConfiguration directory_storage(const std::string& path) {
  auto storage = of_type("directory");
  storage.container_path = path;
  return storage;
}

model::StorageConfiguration shared_fs(const std::string& host, std::optional<std::string> path) {
  auto storage = of_type("shared_fs");
  storage.host_path = host;
  storage.storage_path = std::move(path);
  return storage;
}

std::string refusal(const StorageRoots& roots, const model::StorageConfiguration& storage) {
  const auto error = thrown([&] { roots.open(storage); });
  CHECK(error.failure == Failure::usage);
  return error.message;
}

TEST_CASE("storage at or below a root is opened, also when it does not exist yet") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data/checkpoints");
  const StorageRoots roots({top / "data"});
  const auto data = (top / "data").native();
  CHECK(roots.open(shared_fs(data, "checkpoints"))->base() == top / "data/checkpoints");
  CHECK(roots.open(shared_fs(data, std::nullopt))->base() == top / "data");
  CHECK(roots.open(shared_fs(data + "/", data + "/checkpoints/"))->base() == top / "data/checkpoints");
  CHECK(roots.open(directory_storage(data + "/later/on"))->base() == top / "data/later/on");
}

TEST_CASE("storage elsewhere is refused in a sentence") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data");
  fs::create_directories(top / "database");
  const StorageRoots roots({top / "data"});
  const auto outside = (top / "database").native();
  CHECK(refusal(roots, directory_storage(outside)) ==
        "its storage " + outside + " lies outside this master's storage roots");
  CHECK(refusal(roots, shared_fs((top / "data").native(), "../database")) ==
        "its storage_path leads out of its host_path");
  CHECK(refusal(roots, shared_fs((top / "data").native(), "/etc")) ==
        "its storage_path leads out of its host_path");
  CHECK(refusal(roots, directory_storage((top / "data/../database").native())) ==
        "its storage " + outside + " lies outside this master's storage roots");
  CHECK(refusal(roots, directory_storage("data")) == "its storage names no absolute container_path");
  CHECK(refusal(roots, shared_fs("", "x")) == "its storage names no absolute host_path");
  CHECK(refusal(roots, of_type("s3")) == "its storage is of type 's3', which this master does not touch");
  CHECK(refusal(StorageRoots(), directory_storage((top / "data").native())).ends_with("storage roots"));
}

TEST_CASE("a link below a root that leads elsewhere is as good as elsewhere") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data/real");
  fs::create_directories(top / "outside");
  fs::create_symlink(top / "outside", top / "data/out");
  fs::create_symlink("real", top / "data/in");
  fs::create_symlink(top / "data", top / "alias");
  const StorageRoots roots({top / "data"});
  CHECK(refusal(roots, directory_storage((top / "data/out").native())).ends_with("storage roots"));
  CHECK(refusal(roots, directory_storage((top / "data/out/deeper").native())).ends_with("storage roots"));
  CHECK(roots.open(directory_storage((top / "data/in").native()))->base() == top / "data/real");
  CHECK(roots.open(directory_storage((top / "alias/real").native()))->base() == top / "data/real");
  CHECK(StorageRoots({top / "alias"}).open(directory_storage((top / "data/real").native()))->base() ==
        top / "data/real");
}

}  // namespace
}  // namespace det::testing
