#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "master/repository/checkpoints.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/trials.hpp"
#include "model/error.hpp"
#include "repository_fixture.hpp"
#include "tests/support/thrown.hpp"

using det::Failure;
using det::model::CheckpointRecord;
using det::model::CheckpointState;
using det::testing::at;
using det::testing::Catalogue;
using det::testing::thrown;
using namespace det::master::repository;

namespace {

// Checkpoints a to g of trial 1 at steps 10 to 70: 0.5, NaN, 0.1, no validation, infinite, 0.5, no searcher
// metric.
struct Seven : Catalogue {
  explicit Seven(bool smaller_is_better = true) {
    det::model::ExperimentRecord experiment;
    experiment.smaller_is_better = smaller_is_better;
    add_trial(add_experiment(experiment));
    const char* values[] = {"0.5", "\"NaN\"", "0.1", nullptr, "\"Infinity\"", "0.5"};
    for (int index = 0; index < 7; ++index) {
      const std::int64_t steps = 10 * (index + 1);
      add_checkpoint(1, std::string(1, static_cast<char>('a' + index)), steps);
      if (index == 6) report(1, "validation", steps, R"({"acc":3})");
      if (index < 6 && values[index]) {
        report(1, "validation", steps,
               std::string(R"({"loss":)") + values[index] + R"(,"acc":)" + values[index] + "}");
      }
    }
  }
};

std::string ids(const Listed<CheckpointRecord>& listed) {
  std::string ids;
  for (const auto& row : listed.rows) ids += row.id;
  return ids;
}

std::string sorted(Seven& catalogue, const CheckpointQuery& query) {
  const auto of_experiment = ids(list_experiment_checkpoints(catalogue, 1, query));
  CHECK(ids(list_trial_checkpoints(catalogue, 1, query)) == of_experiment);
  return of_experiment;
}

}  // namespace

TEST_CASE("a checkpoint comes back as it was reported, with what its trial reported at its steps") {
  Catalogue catalogue;
  catalogue.add_trial(catalogue.add_experiment());
  CheckpointRecord checkpoint;
  checkpoint.id = "a";
  checkpoint.task_id = "1.task";
  checkpoint.allocation_id = "1.task.1";
  checkpoint.trial_id = 1;
  checkpoint.reported = at(3);
  checkpoint.files = {{"code/", 0}, {"code/a b\n.py", 77}, {"model", 1ULL << 40U}};
  checkpoint.metadata = R"({"steps_completed":5})";
  checkpoint.steps_completed = 5;
  upsert_checkpoint(catalogue, checkpoint);
  catalogue.report(1, "validation", 5, R"({"loss":"Infinity"})");
  catalogue.report(1, "training", 5, R"({"loss":1})");
  const auto found = *checkpoint_by_id(catalogue, "a");
  CHECK(found.task_id == "1.task");
  CHECK(found.allocation_id == "1.task.1");
  CHECK_FALSE(found.storage_id);
  CHECK(found.experiment_id == 1);
  CHECK(found.reported == at(3));
  REQUIRE(found.files.size() == 3);
  CHECK(found.files[1].path == "code/a b\n.py");
  CHECK(found.files[2].size_bytes == 1ULL << 40U);
  CHECK(found.metadata == R"({"steps_completed":5})");
  CHECK(found.hparams == R"({"lr":0.1})");
  CHECK(found.training_metrics == R"({"loss":1})");
  CHECK(found.validation_metrics == R"({"loss":"Infinity"})");
  CHECK(found.searcher_metric == std::numeric_limits<double>::infinity());
  CHECK_FALSE(found.registered);
  CHECK_FALSE(checkpoint_by_id(catalogue, "b"));
}

TEST_CASE("the same checkpoint reported again is one row, and counts once") {
  Catalogue catalogue;
  catalogue.add_trial(catalogue.add_experiment());
  catalogue.add_checkpoint(1, "a", 10);
  catalogue.add_checkpoint(1, "a", 20);
  CHECK(list_trial_checkpoints(catalogue, 1, {}).total == 1);
  CHECK(checkpoint_by_id(catalogue, "a")->steps_completed == 20);
  CHECK(experiment_by_id(catalogue, 1)->checkpoint_count == 1);
  CHECK(trial_by_id(catalogue, 1)->checkpoint_size_bytes == 10);
}

TEST_CASE("a checkpoint stays in its trial, and a deleted one stays deleted") {
  Catalogue catalogue;
  catalogue.add_experiment();
  catalogue.add_trial(1);
  catalogue.add_trial(1);
  catalogue.add_checkpoint(1, "a", 10);
  CHECK(thrown([&] { catalogue.add_checkpoint(2, "a", 10); }).failure == Failure::usage);
  CHECK(thrown([&] { catalogue.add_checkpoint(9, "b", 10); }).failure == Failure::not_found);
  set_checkpoint_files(catalogue, "a", CheckpointState::deleted, {});
  catalogue.add_checkpoint(1, "a", 10);
  CHECK(checkpoint_by_id(catalogue, "a")->state == CheckpointState::deleted);
  CHECK(experiment_by_id(catalogue, 1)->checkpoint_count == 0);
  CHECK(experiment_by_id(catalogue, 1)->checkpoint_size_bytes == 0);
}

TEST_CASE("checkpoints are sorted by the searcher metric, best first unless asked otherwise") {
  Seven smaller;
  CHECK(sorted(smaller, {.sort = CheckpointSort::searcher_metric}) == "cafebgd");
  Seven larger(false);
  CHECK(sorted(larger, {.sort = CheckpointSort::searcher_metric}) == "afcebgd");
}

TEST_CASE("NaN and what is missing come last in both directions, infinities in their place") {
  Seven catalogue;
  CHECK(sorted(catalogue, {.sort = CheckpointSort::searcher_metric, .direction = Direction::ascending}) ==
        "cafebdg");
  CHECK(sorted(catalogue, {.sort = CheckpointSort::searcher_metric, .direction = Direction::descending}) ==
        "efacbgd");
  CHECK(sorted(catalogue,
               {.sort = CheckpointSort::metric, .metric = "acc", .direction = Direction::ascending}) ==
        "cafgebd");
  CHECK(sorted(catalogue,
               {.sort = CheckpointSort::metric, .metric = "acc", .direction = Direction::descending}) ==
        "egfacdb");
  CHECK(sorted(catalogue, {.sort = CheckpointSort::metric, .metric = "\"'$.x"}) == "abcdefg");
}

TEST_CASE("checkpoints are sorted by what else they have") {
  Seven catalogue;
  for (const auto sort : {CheckpointSort::reported, CheckpointSort::end_time, CheckpointSort::uuid,
                          CheckpointSort::batch_number, CheckpointSort::trial_id, CheckpointSort::state}) {
    CHECK(sorted(catalogue, {.sort = sort}) == "abcdefg");
    CHECK(sorted(catalogue, {.sort = sort, .direction = Direction::descending}) == "gfedcba");
  }
}

TEST_CASE("a page of checkpoints may be counted from the end, but not lie beyond it") {
  Seven catalogue;
  const auto page = list_experiment_checkpoints(catalogue, 1, {.slice = {.offset = 2, .limit = 3}});
  CHECK(ids(page) == "cde");
  CHECK(page.total == 7);
  const auto last = list_experiment_checkpoints(catalogue, 1, {.slice = {.offset = -2}});
  CHECK(ids(last) == "fg");
  CHECK(last.offset == 5);
  CHECK(ids(list_experiment_checkpoints(catalogue, 1, {.slice = {.offset = 7}})).empty());
  for (const std::int64_t offset : {8, -8}) {
    const auto error =
        thrown([&] { list_experiment_checkpoints(catalogue, 1, {.slice = {.offset = offset}}); });
    CHECK(error.failure == Failure::usage);
    CHECK(error.message == "offset out of bounds");
  }
}

TEST_CASE("checkpoints are listed by state") {
  Seven catalogue;
  set_checkpoint_state(catalogue, "c", CheckpointState::deleted);
  set_checkpoint_state(catalogue, "d", CheckpointState::partially_deleted);
  CHECK(ids(list_experiment_checkpoints(catalogue, 1, {.states = {CheckpointState::completed}})) == "abefg");
  const auto gone = list_experiment_checkpoints(
      catalogue, 1, {.states = {CheckpointState::deleted, CheckpointState::partially_deleted}});
  CHECK(ids(gone) == "cd");
  CHECK(gone.total == 2);
}

TEST_CASE("new metadata moves a checkpoint to other steps") {
  Seven catalogue;
  CHECK(set_checkpoint_metadata(catalogue, "d", R"({"steps_completed":30})", 30));
  CHECK(checkpoint_by_id(catalogue, "d")->searcher_metric == 0.1);
  CHECK_FALSE(set_checkpoint_metadata(catalogue, "x", "{}", {}));
}

TEST_CASE("a collector gets all checkpoints of an experiment with what it judges them by") {
  Seven catalogue;
  det::model::TrialRecord warm;
  warm.experiment_id = catalogue.add_experiment();
  warm.warm_start_checkpoint = "b";
  insert_trial(catalogue, warm);
  const auto candidates = gc_candidates(catalogue, 1);
  REQUIRE(candidates.size() == 7);
  CHECK(candidates[1].id == "b");
  CHECK(candidates[1].trial_id == "1");
  CHECK(candidates[1].warm_start);
  CHECK(std::isnan(*candidates[1].searcher_metric));
  CHECK_FALSE(candidates[2].warm_start);
  CHECK(candidates[2].searcher_metric == 0.1);
  CHECK_FALSE(candidates[3].validated);
  CHECK(candidates[6].validated);
  CHECK_FALSE(candidates[6].searcher_metric);
  CHECK(candidates[6].steps_completed == 70);
  CHECK(candidates[6].size_bytes == 10);
}
