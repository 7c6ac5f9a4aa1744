#include "master/collector.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "master/collection_plan.hpp"
#include "master/repository/deletions.hpp"
#include "master/repository/experiments.hpp"
#include "model/json.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/master/collector_scene.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
namespace repository = master::repository;
using master::Collector;
using master::Connection;
using model::CheckpointState;

constexpr model::GcPolicy keep_none{.save_experiment_best = 0, .save_trial_best = 0, .save_trial_latest = 0};

model::GcPolicy policy_of(const model::Json& row) {
  return {.save_experiment_best = row.at("save_experiment_best").get<int>(),
          .save_trial_best = row.at("save_trial_best").get<int>(),
          .save_trial_latest = row.at("save_trial_latest").get<int>()};
}

void collect(CollectorScene& scene, std::int64_t experiment) {
  Collector collector(scene.services(), scene.warn());
  CHECK_FALSE(collector.collect(experiment));
  collector.settle();
}

TEST_CASE("every policy of the documented table leaves exactly what it names, in the catalogue and on disk") {
  const auto table = model::Json::parse(fixture("gc/gc-policy.json"));
  for (const auto& row : table.at("policies")) {
    const TemporaryDirectory directory;
    CollectorScene scene(directory.path());
    scene.add_documented_table();
    scene.set_policy(1, policy_of(row));
    CAPTURE(row.dump());
    collect(scene, 1);
    const auto saved = row.at("saved").get<std::set<int>>();
    CHECK(scene.completed(1) == saved);
    CHECK(scene.on_disk() == saved);
    CHECK(scene.unfinished() == 0);
    CHECK(scene.warnings().empty());
  }
}

TEST_CASE(
    "a stricter policy after a loose one goes on from what is left, and a looser one brings nothing back") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  for (const auto& [best, left] :
       std::vector<std::pair<int, std::set<int>>>{{2, {7, 8}}, {1, {7}}, {5, {7}}}) {
    scene.set_policy(1, {.save_experiment_best = best, .save_trial_best = 0, .save_trial_latest = 0});
    collect(scene, 1);
    CHECK(scene.on_disk() == left);
    CHECK(scene.completed(1) == left);
  }
}

TEST_CASE("the catalogue is marked before a change of policy is answered") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.set_policy(1, keep_none);
  Collector collector(scene.services(), scene.warn());
  const auto lease = scene.services().leases.for_reading(uuid(5));
  scene.services().collection.on_policy_changed(1);
  CHECK(scene.completed(1).empty());
  collector.settle();
  CHECK(scene.on_disk() == std::set<int>{5});
}

TEST_CASE("a checkpoint that is being read goes when its last reader has gone") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.set_policy(1, keep_none);
  Collector collector(scene.services(), scene.warn());
  auto first = scene.services().leases.for_reading(uuid(5));
  auto second = scene.services().leases.for_reading(uuid(5));
  collector.collect(1);
  first.reset();
  collector.settle();
  CHECK(scene.on_disk() == std::set<int>{5});
  CHECK(scene.unfinished() == 1);
  second.reset();
  collector.settle();
  CHECK(scene.on_disk().empty());
  CHECK(scene.unfinished() == 0);
}

TEST_CASE("registered checkpoints stay, whatever the policy, and cannot be removed") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.register_checkpoint(3);
  scene.set_policy(1, keep_none);
  collect(scene, 1);
  CHECK(scene.on_disk() == std::set<int>{3});
  Collector collector(scene.services(), scene.warn());
  const auto refused = thrown([&] { collector.remove_files({uuid(3)}, {"**/*"}); });
  CHECK(refused.failure == Failure::usage);
  CHECK(refused.message ==
        "this subset of checkpoints provided are in the model registry and cannot be deleted: " + uuid(3) +
            ", registered to m (model #1), version 1.");
  CHECK(thrown([&] { collector.remove_experiment(1); }).failure == Failure::usage);
  CHECK(scene.completed(1) == std::set<int>{3});
}

TEST_CASE("of a trial that still runs here the latest checkpoint stays until it has ended") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.set_policy(1, keep_none);
  scene.set_state(1, "ACTIVE");
  collect(scene, 1);
  CHECK(scene.on_disk() == std::set<int>{5, 10});
  scene.set_state(1, "COMPLETED");
  Collector collector(scene.services(), scene.warn());
  scene.services().collection.on_experiment_ended(1);
  collector.settle();
  CHECK(scene.on_disk().empty());
}

TEST_CASE("what lies outside the storage roots is neither collected nor removed, and it is said why") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  const auto outside = directory / "elsewhere";
  const auto experiment = scene.add_experiment(outside);
  const auto trial = scene.add_trial(experiment);
  scene.add_checkpoint(trial, 1, 100, outside);
  scene.add_checkpoint(trial, 2, 200, outside);
  const auto sentence = "its storage " + outside.native() + " lies outside this master's storage roots";
  Collector collector(scene.services(), scene.warn());
  CHECK(collector.collect(experiment) == sentence);
  CHECK(scene.warnings() == std::vector<std::string>{"experiment 1 is not collected: " + sentence});
  CHECK(thrown([&] { collector.remove_files({uuid(1)}, {"*"}); }).message == sentence);
  CHECK(thrown([&] { collector.remove_experiment(experiment); }).message == sentence);
  collector.settle();
  CHECK(scene.completed(experiment) == std::set<int>{1, 2});
  CHECK(fs::exists(outside / uuid(1) / "model.pt"));
}

TEST_CASE("an answer to a change of policy says why nothing is collected") {
  MasterFixture master;
  Collector collector(master.services(), [](std::string_view) {});
  model::ExperimentRecord experiment;
  experiment.state = "COMPLETED";
  experiment.configuration =
      R"({"checkpoint_storage":{"type":"s3","bucket":"b"},"searcher":{"metric":"loss"}})";
  master.add_checkpoint(master.add_trial(master.add_experiment(experiment)), uuid(1), 100);
  const auto none = R"({"checkpointStorage":{"saveExperimentBest":0,"saveTrialBest":0,"saveTrialLatest":0}})";
  CHECK(master.patch("/api/v1/experiments/1", none).json.at("warning") ==
        "its storage s3://b lies outside this master's storage roots");
  CHECK(master.get("/api/v1/checkpoints/" + uuid(1)).json.at("checkpoint").at("state") == "STATE_COMPLETED");
}

TEST_CASE("files that globs match go, and the catalogue tells what is left") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  Collector collector(scene.services(), scene.warn());
  collector.remove_files({uuid(1), uuid(2)}, {"code/**"});
  collector.settle();
  CHECK(tree(scene.storage() / uuid(2)) == std::vector<std::string>{"model.pt"});
  CHECK(scene.checkpoint(2).state == CheckpointState::partially_deleted);
  REQUIRE(scene.checkpoint(2).files.size() == 1);
  CHECK(scene.checkpoint(2).files[0].path == "model.pt");
  collector.remove_files({uuid(2)}, {"*"});
  collector.remove_files({uuid(3)}, {"none/such"});
  collector.remove_files({uuid(4)}, {"**/*"});
  collector.settle();
  CHECK(scene.checkpoint(3).state == CheckpointState::completed);
  CHECK(scene.checkpoint(4).state == CheckpointState::deleted);
  CHECK_FALSE(fs::exists(scene.storage() / uuid(4)));
  CHECK(scene.unfinished() == 0);
}

TEST_CASE("without globs only the list of files is brought up to date") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  fs::remove_all(scene.storage() / uuid(1) / "code");
  fs::remove_all(scene.storage() / uuid(2));
  Collector collector(scene.services(), scene.warn());
  collector.remove_files({uuid(1), uuid(2), uuid(3)}, {});
  collector.settle();
  CHECK(scene.checkpoint(1).state == CheckpointState::partially_deleted);
  CHECK(scene.checkpoint(1).files.size() == 1);
  CHECK(scene.checkpoint(2).state == CheckpointState::deleted);
  CHECK(scene.checkpoint(3).state == CheckpointState::completed);
}

TEST_CASE("a request that cannot be met as a whole does nothing at all") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  Collector collector(scene.services(), scene.warn());
  CHECK(thrown([&] {
          collector.remove_files({uuid(1), uuid(98), uuid(99)}, {"*"});
        }).message == "checkpoints '" + uuid(98) + ", " + uuid(99) + "' not found");
  CHECK(thrown([&] {
          collector.remove_files({uuid(1)}, {"a", ""});
        }).message == "cannot have empty string glob");
  CHECK(thrown([&] { collector.remove_files({uuid(1)}, {"../*"}); }).message ==
        "glob '../*' cannot contain '..'");
  CHECK(thrown([&] { collector.remove_files({uuid(1)}, {"a\nb"}); }).failure == Failure::usage);
  CHECK(thrown([&] { collector.remove_experiment(9); }).message == "experiment '9' not found");
  CHECK(scene.unfinished() == 0);
  CHECK(scene.on_disk().size() == 10);
}

TEST_CASE("a checkpoint that is a link, a file or missing harms nothing") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  write_file(directory / "outside/precious", "stays");
  const auto place = [&](int number) { return scene.storage() / uuid(number); };
  for (const int number : {1, 2, 3}) fs::remove_all(place(number));
  fs::create_symlink(directory / "outside", place(1));
  write_file(place(2), "a file");
  fs::create_symlink(directory / "outside", place(4) / "code/link");
  scene.set_policy(1, keep_none);
  collect(scene, 1);
  CHECK(read_file(directory / "outside/precious") == "stays");
  CHECK(scene.on_disk() == std::set<int>{1, 2});
  CHECK(scene.checkpoint(1).state == CheckpointState::partially_deleted);
  CHECK(scene.checkpoint(2).state == CheckpointState::partially_deleted);
  CHECK(scene.checkpoint(3).state == CheckpointState::deleted);
  CHECK(scene.checkpoint(4).state == CheckpointState::deleted);
  CHECK(scene.warnings().size() == 2);
}

TEST_CASE("an experiment goes with its files, and stays where they cannot go") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  const auto state = [&] {
    return scene.database().read([](Connection& connection) {
      const auto experiment = repository::experiment_by_id(connection, 1);
      return experiment ? experiment->state : "(none)";
    });
  };
  fs::remove_all(scene.storage() / uuid(1));
  write_file(scene.storage() / uuid(1), "in the way");
  Collector collector(scene.services(), scene.warn());
  collector.remove_experiment(1);
  collector.settle();
  CHECK(state() == "DELETE_FAILED");
  CHECK(scene.on_disk() == std::set<int>{1});
  fs::remove(scene.storage() / uuid(1));
  collector.remove_experiment(1);
  collector.settle();
  CHECK(state() == "(none)");
  CHECK(scene.on_disk().empty());
}

TEST_CASE("what an earlier collector left in the middle is finished by the next") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.database().write([](Connection& connection) {
    for (const int number : {1, 2, 3}) {
      repository::begin_deletion(connection, uuid(number), "policy", model::Time());
    }
    repository::begin_deletion(connection, uuid(4), "files\ncode/*\nmodel.*", model::Time());
    repository::begin_deletion(connection, uuid(99), "policy", model::Time());
  });
  fs::rename(scene.storage() / uuid(1), scene.storage() / (".trash-" + uuid(1)));
  fs::remove(scene.storage() / (".trash-" + uuid(1)) / "model.pt");
  fs::remove_all(scene.storage() / uuid(2));
  Collector collector(scene.services(), scene.warn());
  collector.settle();
  CHECK(scene.on_disk() == std::set<int>{4, 5, 6, 7, 8, 9, 10});
  CHECK(tree(scene.storage() / uuid(4)) == std::vector<std::string>{"code/"});
  CHECK(scene.unfinished() == 0);
}

// Until it is so, at most some seconds.
template <typename Condition>
bool becomes(const Condition& condition) {
  for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return condition();
}

TEST_CASE("while a storage is not there its checkpoints wait, with one warning, and go when it is back") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.database().write([](Connection& connection) {
    for (const int number : {1, 2})
      repository::begin_deletion(connection, uuid(number), "policy", model::Time());
  });
  fs::rename(scene.storage(), directory / "unmounted");
  const auto sentence = "its storage " + scene.storage().native() + " is not there";
  Collector collector(scene.services(), scene.warn(), std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(scene.unfinished() == 2);
  CHECK(scene.warnings() == std::vector<std::string>{"checkpoint " + uuid(1) +
                                                     " is not removed yet, and is tried again: " + sentence});
  CHECK(thrown([&] { collector.remove_files({uuid(3)}, {"**/*"}); }).message == sentence);
  CHECK(thrown([&] { collector.remove_experiment(1); }).message == sentence);
  CHECK(scene.checkpoint(3).state == CheckpointState::completed);
  fs::rename(directory / "unmounted", scene.storage());
  CHECK(becomes([&] { return scene.unfinished() == 0; }));
  CHECK(scene.on_disk() == std::set<int>{3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("a deletion stays in the journal while the catalogue does not say where the files lie") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.database().write([](Connection& connection) {
    repository::begin_deletion(connection, uuid(1), "policy", model::Time());
    connection.execute("UPDATE experiments SET configuration = 'damaged' WHERE id = 1");
  });
  Collector collector(scene.services(), scene.warn());
  collector.settle();
  CHECK(scene.unfinished() == 1);
  CHECK(scene.warnings().size() == 1);
}

TEST_CASE("after a failure the pause is waited out, whatever wakes, and the failure is told once") {
  const TemporaryDirectory directory;
  CollectorScene scene(directory.path());
  scene.add_documented_table();
  scene.set_policy(1, keep_none);
  scene.database().write([](Connection& connection) {
    connection.execute_script(
        "CREATE TRIGGER full BEFORE UPDATE ON deletions BEGIN SELECT RAISE(ABORT, 'full'); END;");
  });
  Collector collector(scene.services(), scene.warn());
  collector.collect(1);
  collector.settle();
  for (int i = 0; i < 100; ++i) scene.services().leases.for_reading(uuid(50));
  collector.settle();
  CHECK(scene.unfinished() == 10);
  CHECK(scene.warnings().size() == 1);
}

// Begins a collection in a process of its own, which is killed after `delay`.
void collect_and_be_killed(const fs::path& directory, std::chrono::microseconds delay) {
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const auto child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    CollectorScene scene(directory);
    Collector collector(scene.services(), scene.warn());
    collector.collect(1);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  std::this_thread::sleep_for(delay);
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("a collection that was killed converges after a restart") {
  for (const int delay_us : {0, 300, 1000, 2000, 4000, 8000}) {
    const TemporaryDirectory directory;
    {
      CollectorScene scene(directory.path());
      scene.add_documented_table();
      scene.set_policy(1, {.save_experiment_best = 2, .save_trial_best = 1, .save_trial_latest = 1});
    }
    collect_and_be_killed(directory.path(), std::chrono::microseconds(delay_us));
    CollectorScene scene(directory.path());
    CAPTURE(delay_us);
    CHECK(scene.completed(1) == std::set<int>{5, 7, 8, 10});
    Collector collector(scene.services(), scene.warn());
    collector.settle();
    CHECK(scene.on_disk() == std::set<int>{5, 7, 8, 10});
    CHECK(scene.completed(1) == std::set<int>{5, 7, 8, 10});
    CHECK(scene.unfinished() == 0);
  }
}

}  // namespace
}  // namespace det::testing
