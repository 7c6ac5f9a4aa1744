#include <catch2/catch.hpp>
#include <filesystem>
#include <new>

#include "master/collector.hpp"
#include "master/repository/deletions.hpp"
#include "master/repository/experiments.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/master/collector_scene.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
namespace repository = master::repository;
using master::Collector;
using master::Connection;
using model::CheckpointState;

TEST_CASE("where nothing is known of its files a removal of single ones leaves a checkpoint as it was") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  fs::remove_all(scene.storage() / uuid(1));
  write_file(scene.storage() / uuid(1), "in the way");
  Collector collector(scene.services(), scene.warn());
  collector.remove_files({uuid(1)}, {});
  collector.remove_files({uuid(1)}, {"*.pt"});
  collector.settle();
  CHECK(scene.unfinished() == 0);
  CHECK(scene.checkpoint(1).state == CheckpointState::completed);
  CHECK(scene.warnings().size() == 2);
}

TEST_CASE("a removal for which there is not memory enough is tried again, and others go on") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  const auto elsewhere = scene.add_experiment(scene.storage());
  scene.add_checkpoint(scene.add_trial(elsewhere), 11, 100, {});
  model::StorageConfiguration bucket;
  bucket.type = "s3";
  bucket.bucket = "b";
  const auto exhausted = []() -> storage::Surroundings { throw std::bad_alloc(); };
  scene.services().storage_roots = master::StorageRoots(
      {scene.storage()}, master::ObjectRoot{.configuration = bucket, .surroundings = exhausted});
  scene.database().write([&](Connection& connection) {
    repository::update_experiment(
        connection, elsewhere,
        {.configuration =
             R"({"checkpoint_storage":{"type":"s3","bucket":"b"},"searcher":{"metric":"loss"}})"});
    repository::begin_deletion(connection, uuid(11), "policy", model::Time());
    repository::begin_deletion(connection, uuid(1), "policy", model::Time());
  });
  Collector collector(scene.services(), scene.warn());
  collector.settle();
  CHECK(scene.unfinished() == 1);
  CHECK_FALSE(scene.on_disk().contains(1));
  CHECK(scene.warnings() ==
        std::vector<std::string>{"checkpoint " + uuid(11) +
                                 " is not removed yet, and is tried again: " + std::bad_alloc().what()});
}

}  // namespace
}  // namespace det::testing
