#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/client/asked_master.hpp"

using namespace det;
using det::testing::answer;
using det::testing::AskedMaster;
using det::testing::error_of;
using det::testing::fixture;

namespace {

const std::string trial = "GET http://m:8080/api/v1/trials/7";

}  // namespace

TEST_CASE("trials come one by one, and their total") {
  AskedMaster asked;
  asked.transport.expect("GET http://m:8080/api/v1/experiments/5/trials?limit=200&offset=0",
                         answer(200, fixture("wire/trials.json")));
  std::string seen;
  const int total = asked.master->trials("5", {.offset = 0, .limit = 200}, [&](const model::Trial& one) {
    seen += one.id + " ";
    return true;
  });
  CHECK(seen == "6 7 ");
  CHECK(total == 2);
}

TEST_CASE("one trial comes decoded, or as the document that it is") {
  AskedMaster asked;
  asked.transport.expect(trial, answer(200, fixture("wire/trial.json")))
      .expect(trial, answer(200, fixture("wire/trial.json")));
  CHECK(asked.master->trial("7").experiment_id == "5");
  CHECK(asked.master->trial_document("7").dump() == model::Json::parse(fixture("wire/trial.json")).dump());
}

TEST_CASE("workloads come one by one, with batch metrics when asked") {
  AskedMaster asked;
  asked.transport.expect(trial + "/workloads?limit=500&offset=0", answer(200, fixture("wire/workloads.json")))
      .expect(trial + "/workloads?includeBatchMetrics=true&limit=1000&offset=0",
              answer(200, fixture("wire/workloads-training.json")));
  int seen = 0;
  const auto count = [&](const model::Workload&) { return ++seen > 0; };
  CHECK(asked.master->workloads("7", {.offset = 0, .limit = 500}, false, count) == 13);
  CHECK(seen == 13);
  CHECK(asked.master->workloads("7", {.offset = 0, .limit = 1000}, true, count) == 12);
  CHECK(seen == 13 + 12);
}

TEST_CASE("workloads come as the document that they are") {
  AskedMaster asked;
  asked.transport.expect(trial + "/workloads?offset=0", answer(200, fixture("wire/workloads.json")))
      .expect(trial + "/workloads?offset=0", answer(200, "{}"));
  CHECK(asked.master->workloads_document("7", {}, false)["workloads"].size() == 13);
  CHECK(error_of([&] { asked.master->workloads_document("7", {}, false); }).message ==
        "the master's answer is not valid: workloads is not a list");
}

TEST_CASE("a trial id that is no number asks nothing") {
  AskedMaster asked;
  CHECK(error_of([&] { asked.master->trial("7?x"); }).failure == Failure::usage);
  CHECK(error_of([&] { asked.master->workloads_document("7/..", {}, false); }).failure == Failure::usage);
}
