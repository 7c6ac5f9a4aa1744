#include "formatting/workload_table.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace det::formatting;
using det::model::Json;
using det::model::Workload;
using det::model::WorkloadKind;

namespace {

Workload workload(WorkloadKind kind, std::int64_t batches) {
  Workload made;
  made.kind = kind;
  made.total_batches = batches;
  made.ended = det::model::Time{std::chrono::seconds{1795219008}};
  return made;
}

Workload metrics(WorkloadKind kind, std::int64_t batches, Json averages) {
  auto made = workload(kind, batches);
  made.metrics = {{"avgMetrics", std::move(averages)}, {"batchMetrics", Json::array()}};
  return made;
}

Workload checkpoint(std::int64_t batches, const std::string& state) {
  auto made = workload(WorkloadKind::checkpoint, batches);
  made.state = state;
  made.checkpoint_id = "a1";
  made.metadata = {{"steps_completed", batches}};
  return made;
}

std::string drawn(const std::vector<Workload>& workloads, WorkloadDetail detail) {
  Table table{workload_columns(detail), {}};
  for (const auto& each : workloads) table.rows.push_back(workload_row(each, detail));
  return to_text(table);
}

}  // namespace

TEST_CASE("a workload shows its checkpoint or its validation, and a training only when and where it was") {
  const std::vector<Workload> workloads = {metrics(WorkloadKind::training, 100, {{"loss", 1}}),
                                           checkpoint(100, "PARTIALLY_DELETED"),
                                           metrics(WorkloadKind::validation, 100, {{"error", 0.5}})};
  CHECK("\n" + drawn(workloads, WorkloadDetail::plain) == R"(
   # of Batches | Report Time              | Checkpoint        | Checkpoint UUID   | Checkpoint Metadata        | Validation Metrics
----------------+--------------------------+-------------------+-------------------+----------------------------+------------------------
            100 | 2026-11-20 23:56:48+0000 |                   |                   |                            |
            100 | 2026-11-20 23:56:48+0000 | PARTIALLY_DELETED | a1                | {                          |
                |                          |                   |                   |     "steps_completed": 100 |
                |                          |                   |                   | }                          |
            100 | 2026-11-20 23:56:48+0000 |                   |                   |                            | {
                |                          |                   |                   |                            |     "avgMetrics": {
                |                          |                   |                   |                            |         "error": 0.5
                |                          |                   |                   |                            |     },
                |                          |                   |                   |                            |     "batchMetrics": []
                |                          |                   |                   |                            | }
)");
}

TEST_CASE("with training metrics the rows of other workloads end before them") {
  CHECK(workload_columns(WorkloadDetail::training_metrics).back() == "Workload Metrics");
  const auto training =
      workload_row(metrics(WorkloadKind::training, 100, {{"loss", 1}}), WorkloadDetail::training_metrics);
  REQUIRE(training.size() == 7);
  CHECK(training[6] == "{\n    \"avgMetrics\": {\n        \"loss\": 1\n    },\n    \"batchMetrics\": []\n}");
  CHECK(workload_row(checkpoint(100, "COMPLETED"), WorkloadDetail::training_metrics).size() == 6);
}

TEST_CASE("a checkpoint that is active or failed is shown without its uuid") {
  for (const std::string state : {"ACTIVE", "ERROR"}) {
    const auto row = workload_row(checkpoint(100, state), WorkloadDetail::plain);
    CHECK(row[2] == state);
    CHECK(row[3] == std::nullopt);
    CHECK(row[4] == "{\n    \"steps_completed\": 100\n}");
  }
}

TEST_CASE("metrics that the master left out stand there as null") {
  CHECK(workload_row(workload(WorkloadKind::validation, 1), WorkloadDetail::plain)[5] ==
        "{\n    \"avgMetrics\": null,\n    \"batchMetrics\": null\n}");
}

TEST_CASE("a hostile state and uuid cannot steer the terminal") {
  auto hostile = checkpoint(100, "\x1b[2J");
  hostile.checkpoint_id = "a\nb";
  hostile.metadata = {{"\x1b]0;", "\r"}};
  const auto row = workload_row(hostile, WorkloadDetail::plain);
  CHECK(row[2] == "\\x1b[2J");
  CHECK(row[3] == "a\\nb");
  CHECK(row[4] == "{\n    \"\\u001b]0;\": \"\\r\"\n}");
}
