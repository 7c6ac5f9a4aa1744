#include "model/history.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace det::model;

namespace {

Time at(int second) {
  return Time{std::chrono::seconds{second}};
}

Workload training(std::int64_t batches, int second, Json averages) {
  return {.kind = WorkloadKind::training,
          .total_batches = batches,
          .ended = at(second),
          .state = {},
          .metrics = {{"avgMetrics", std::move(averages)}, {"batchMetrics", Json::array()}},
          .num_inputs = {},
          .checkpoint_id = {},
          .metadata = {}};
}

Workload validation(std::int64_t batches, int second, Json averages) {
  auto made = training(batches, second, std::move(averages));
  made.kind = WorkloadKind::validation;
  return made;
}

Workload checkpoint(std::int64_t batches, int second, const std::string& state) {
  auto made = training(batches, second, nullptr);
  made.kind = WorkloadKind::checkpoint;
  made.state = state;
  made.metrics = nullptr;
  return made;
}

TrialHistory history(const std::vector<Workload>& workloads) {
  TrialHistory merged;
  for (const auto& workload : workloads) merged.add(workload);
  return merged;
}

}  // namespace

TEST_CASE("training, checkpoint and validation at one batch count become one row") {
  const auto rows = history({checkpoint(100, 3, "DELETED"), validation(100, 4, {{"error", 0.5}}),
                             training(100, 5, {{"loss", 0.25}})})
                        .rows();
  REQUIRE(rows.size() == 1);
  const auto& row = rows[0];
  CHECK(row.total_batches == 100);
  CHECK(row.state == "DELETED");
  CHECK(row.reported == at(5));
  CHECK(row.training == std::map<std::string, Json>{{"loss", 0.25}});
  CHECK(row.validation == std::map<std::string, Json>{{"error", 0.5}});
  CHECK(row.checkpoint_state == "DELETED");
  CHECK(row.checkpoint_reported == at(3));
  CHECK(row.validation_state == "COMPLETED");
  CHECK(row.validation_reported == at(4));
}

TEST_CASE("a row whose first workload is a training has no state of its own") {
  const auto rows = history({training(100, 5, {}), checkpoint(100, 3, "COMPLETED")}).rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state.empty());
  CHECK(rows[0].checkpoint_state == "COMPLETED");
  CHECK(rows[0].reported == at(5));
}

TEST_CASE("a row that begins with a validation takes its state") {
  const auto rows = history({validation(100, 5, {}), checkpoint(100, 3, "DELETED")}).rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].state == "COMPLETED");
  CHECK(rows[0].checkpoint_state == "DELETED");
}

TEST_CASE("a zero metric survives the merge, and the first value of a metric counts") {
  const auto rows =
      history({checkpoint(100, 3, "COMPLETED"), training(100, 4, {{"loss", 0}, {"gap", nullptr}}),
               training(100, 5, {{"loss", 2}, {"gap", 0.0}})})
          .rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].training == std::map<std::string, Json>{{"gap", 0.0}, {"loss", 0}});
}

TEST_CASE("rows come in the order of their batch counts, however the workloads were listed") {
  const auto rows = history({training(1000, 1, {}), training(20, 2, {}), training(300, 3, {})}).rows();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].total_batches == 20);
  CHECK(rows[1].total_batches == 300);
  CHECK(rows[2].total_batches == 1000);
}

TEST_CASE("a workload without a time does not hide the time of another") {
  auto timeless = training(100, 0, {});
  timeless.ended = {};
  const auto rows = history({timeless, training(100, 7, {}), timeless}).rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].reported == at(7));
}

TEST_CASE("metric names are those of the first workload that has any") {
  const auto merged = history({training(1, 1, nullptr), training(2, 2, {{"z", 1}, {"a", "NaN"}}),
                               training(3, 3, {{"b", 1}}), validation(3, 3, {{"error", nullptr}})});
  CHECK(merged.training_names() == std::vector<std::string>{"z", "a"});
  CHECK(merged.validation_names() == std::vector<std::string>{"error"});
}

TEST_CASE("metrics that are no object count as none") {
  auto odd = training(100, 1, {});
  odd.metrics = "no metrics";
  auto worse = validation(100, 1, {});
  worse.metrics = {{"avgMetrics", Json::array({1, 2})}};
  const auto merged = history({odd, worse});
  REQUIRE(merged.rows().size() == 1);
  CHECK(merged.rows()[0].training.empty());
  CHECK(merged.rows()[0].validation.empty());
  CHECK(merged.training_names().empty());
}
