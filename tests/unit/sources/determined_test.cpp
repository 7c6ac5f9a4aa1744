#include "sources/determined.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "storage/remotes.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace det;
using det::testing::FakeMaster;
using det::testing::TemporaryDirectory;
using det::testing::write_file;

namespace {

const testing::NeverCancelled never_cancelled;

// No store is opened before a route is used.
storage::Remotes remotes({.surroundings = {}, .open_bulk = {}, .rule = {{}, {}}}, never_cancelled);

model::Checkpoint stored(model::StorageConfiguration storage) {
  model::Checkpoint checkpoint;
  checkpoint.id = "a5";
  model::ExperimentConfiguration configuration;
  configuration.storage = std::move(storage);
  checkpoint.configuration = std::make_shared<const model::ExperimentConfiguration>(configuration);
  return checkpoint;
}

model::Checkpoint in_directory(const std::filesystem::path& directory) {
  model::StorageConfiguration storage;
  storage.type = "directory";
  storage.container_path = directory;
  return stored(storage);
}

// The routes' descriptions, or the error.
std::vector<std::string> ways(const model::Checkpoint& checkpoint, storage::Mode mode) {
  FakeMaster master;
  std::vector<std::string> found;
  try {
    const auto source = sources::determined(master, remotes, never_cancelled);
    for (const auto& route : source->routes(checkpoint, {.mode = mode}))
      found.push_back(route->description());
  } catch (const Error& error) {
    found.push_back((error.failure == Failure::storage ? "storage: " : "other: ") + error.message);
  }
  CHECK(master.asked.empty());
  return found;
}

using Ways = std::vector<std::string>;

}  // namespace

TEST_CASE("files on this machine come directly, and through the master if that fails") {
  const TemporaryDirectory directory;
  write_file(directory / "a5" / "model.pt", "x");
  const std::string here = "directory " + (directory / "a5").string();
  CHECK(ways(in_directory(directory.path()), storage::Mode::automatic) ==
        Ways{here, "master http://fake:8080"});
  CHECK(ways(in_directory(directory.path()), storage::Mode::direct) == Ways{here});
  CHECK(ways(in_directory(directory.path()), storage::Mode::master) == Ways{"master http://fake:8080"});
}

TEST_CASE("files that are not on this machine come through the master") {
  const TemporaryDirectory empty;
  CHECK(ways(in_directory(empty.path()), storage::Mode::automatic) == Ways{"master http://fake:8080"});
  CHECK(ways(in_directory(empty.path()), storage::Mode::direct) ==
        Ways{"directory " + (empty / "a5").string()});
}

TEST_CASE("files in a cloud come directly, and through the master if that fails") {
  model::StorageConfiguration bucket;
  bucket.type = "s3";
  bucket.bucket = "lab";
  bucket.prefix = "team/one";
  CHECK(ways(stored(bucket), storage::Mode::automatic) ==
        Ways{"storage s3://lab/team/one", "master http://fake:8080"});
  CHECK(ways(stored(bucket), storage::Mode::direct) == Ways{"storage s3://lab/team/one"});
  CHECK(ways(stored(bucket), storage::Mode::master) == Ways{"master http://fake:8080"});
  model::StorageConfiguration container;
  container.type = "azure";
  container.container = "lab";
  CHECK(ways(stored(container), storage::Mode::direct) == Ways{"storage azure://lab"});
}

TEST_CASE("files of a checkpoint whose storage is unknown come through the master only") {
  CHECK(ways({}, storage::Mode::automatic) == Ways{"master http://fake:8080"});
  CHECK(ways({}, storage::Mode::direct) ==
        Ways{"storage: this version cannot download directly from storage of type 'unknown'"});
}

TEST_CASE("a checkpoint's place on this machine is the first that holds it") {
  FakeMaster master;
  const TemporaryDirectory directory;
  const auto source = sources::determined(master, remotes, never_cancelled);
  model::StorageConfiguration storage;
  storage.type = "shared_fs";
  storage.host_path = directory.path();
  storage.storage_path = "team";
  const auto checkpoint = stored(storage);
  CHECK(source->location(checkpoint) == std::nullopt);
  write_file(directory / "team" / "a5" / "model.pt", "x");
  CHECK(source->location(checkpoint) == directory / "team" / "a5");
  CHECK(source->location({}) == std::nullopt);
}

TEST_CASE("lists and single things are the master's") {
  FakeMaster master;
  master.known_experiments["5"].id = "5";
  model::Checkpoint checkpoint;
  checkpoint.id = "a5";
  checkpoint.experiment_id = "5";
  checkpoint.trial_id = "6";
  master.known_checkpoints = {checkpoint};
  const auto source = sources::determined(master, remotes, never_cancelled);
  CHECK(source->address() == "http://fake:8080");
  CHECK(source->experiment("5").id == "5");
  std::string seen;
  source->checkpoints({sources::Scope::experiment, "5"}, [&](const model::Checkpoint& one) {
    seen += one.id;
    return true;
  });
  CHECK(seen == "a5");
  CHECK(master.asked == std::vector<std::string>{"experiment 5", "checkpoints 5"});
}
