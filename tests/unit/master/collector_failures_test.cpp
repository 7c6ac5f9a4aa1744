#include <catch2/catch.hpp>
#include <filesystem>

#include "master/collector.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/master/collector_scene.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using master::Collector;
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

}  // namespace
}  // namespace det::testing
