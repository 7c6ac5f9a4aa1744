#include "wire/workload.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/refusal.hpp"
#include "wire/time.hpp"
#include "wire/tree.hpp"

using namespace det;
using det::testing::fixture;
using det::testing::refusal;
using wire::decode_workload;
using wire::parse_tree;

namespace {

model::Workload recorded(const std::string& name, std::size_t index) {
  return decode_workload(parse_tree(fixture("wire/" + name))["workloads"][index],
                         {"workloads", nullptr, index});
}

}  // namespace

TEST_CASE("a recorded training workload has its metrics") {
  const auto workload = recorded("workloads-training.json", 0);
  CHECK(workload.kind == model::WorkloadKind::training);
  CHECK(workload.total_batches == 600);
  CHECK(workload.ended == wire::parse_time("2026-11-20T23:56:48.741898Z"));
  CHECK(workload.metrics.dump() == R"({"avgMetrics":{"loss":0.16666666666666666},"batchMetrics":[]})");
  CHECK(workload.num_inputs == std::nullopt);
  CHECK(workload.state.empty());
}

TEST_CASE("a recorded validation workload has its metrics and inputs") {
  const auto workload = recorded("workloads.json", 1);
  CHECK(workload.kind == model::WorkloadKind::validation);
  CHECK(workload.total_batches == 100);
  CHECK(workload.metrics["avgMetrics"].dump() == R"({"validation_error":0.9})");
  CHECK(workload.num_inputs == 0);
}

TEST_CASE("a recorded checkpoint workload has its state, uuid and metadata") {
  const auto workload = recorded("workloads.json", 4);
  CHECK(workload.kind == model::WorkloadKind::checkpoint);
  CHECK(workload.total_batches == 300);
  CHECK(workload.state == "PARTIALLY_DELETED");
  CHECK(workload.checkpoint_id == "90000003-0000-4000-8000-000000000003");
  CHECK(workload.metadata.dump() == R"({"steps_completed":300})");
  CHECK(workload.metrics.is_null());
}

TEST_CASE("the kinds that a workload is not may be null") {
  const auto workload = decode_workload(parse_tree(R"({"training":null,"validation":{"totalBatches":"3"}})"),
                                        {"workloads", nullptr, 0});
  CHECK(workload.kind == model::WorkloadKind::validation);
  CHECK(workload.total_batches == 3);
}

TEST_CASE("what is no workload is refused by name and place") {
  const auto refused = [](const char* text) {
    return refusal([&] { decode_workload(parse_tree(text), {"workloads", nullptr, 2}); });
  };
  const std::string start = "the master's answer is not valid: workloads[2]";
  CHECK(refused("{}") == start + " is neither training, validation nor checkpoint");
  CHECK(refused(R"({"training":[]})") == start + ".training is not an object");
  CHECK(refused(R"({"checkpoint":{"totalBatches":1,"state":"S"}})") == start + ".checkpoint.uuid is missing");
}
