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

const std::string experiments = "GET http://m:8080/api/v1/experiments";
const std::string preview =
    "GET http://m:8080/experiments/5/preview_gc?save_experiment_best=0&save_trial_best=1&save_trial_latest=1";

}  // namespace

TEST_CASE("experiments come one by one, and their total") {
  AskedMaster asked;
  asked.transport.expect(experiments + "?archived=false&limit=200&offset=0&users=determined",
                         answer(200, fixture("wire/experiments.json")));
  std::string seen;
  const int total = asked.master->experiments(
      {.paging = {.offset = 0, .limit = 200}, .archived = false, .owners = {"determined"}},
      [&](const model::Experiment& experiment) {
        seen += experiment.id + ":" + experiment.name + " ";
        return true;
      });
  CHECK(seen == "1:seed-table 2:core-v2-25 3:seed-table ");
  CHECK(total == 16);
}

TEST_CASE("a list that is stopped counts what was taken") {
  AskedMaster asked;
  asked.transport.expect(experiments + "?offset=0", answer(200, fixture("wire/experiments.json")));
  CHECK(asked.master->experiments({}, [](const model::Experiment&) { return false; }) == 1);
}

TEST_CASE("one experiment comes decoded, or as the document that it is") {
  AskedMaster asked;
  asked.transport.expect(experiments + "/5", answer(200, fixture("wire/experiment.json")))
      .expect(experiments + "/5", answer(200, fixture("wire/experiment.json")));
  CHECK(asked.master->experiment("5").trial_ids.size() == 2);
  CHECK(asked.master->experiment_document("5").dump() ==
        model::Json::parse(fixture("wire/experiment.json")).dump());
}

TEST_CASE("a document that holds no experiment is refused") {
  AskedMaster asked;
  asked.transport.expect(experiments + "/5", answer(200, R"({"experiment":null})"));
  CHECK(error_of([&] { asked.master->experiment_document("5"); }).message ==
        "the master's answer is not valid: experiment is missing");
}

TEST_CASE("a list that is null or lacks its pagination is refused") {
  AskedMaster asked;
  asked.transport.expect(experiments + "?offset=0", answer(200, R"({"experiments":null,"pagination":{}})"))
      .expect(experiments + "?offset=0", answer(200, R"({"experiments":[]})"))
      .expect(experiments + "?offset=0",
              answer(200, R"({"experiments":[],"pagination":{"endIndex":0,"total":-1}})"));
  const auto any = [](const model::Experiment&) { return true; };
  const std::string start = "the master's answer is not valid: ";
  CHECK(error_of([&] { asked.master->experiments({}, any); }).message == start + "experiments is missing");
  CHECK(error_of([&] { asked.master->experiments({}, any); }).message == start + "pagination is missing");
  CHECK(error_of([&] { asked.master->experiments({}, any); }).message ==
        start + "pagination.total is no count");
}

TEST_CASE("a preview of a collection asks with all three counts") {
  AskedMaster asked;
  asked.transport.expect(preview, answer(200, fixture("wire/preview-gc.json")))
      .expect(preview, answer(200, fixture("wire/preview-gc-nothing.json")));
  const auto previewed = asked.master->preview_gc("5", {0, 1, 1}).checkpoints;
  REQUIRE(previewed.size() == 6);
  CHECK(previewed[0].id == "a0000009-0000-4000-8000-000000000009");
  CHECK(previewed[0].size_bytes == 1129);
  CHECK(asked.master->preview_gc("5", {0, 1, 1}).checkpoints.empty());
}

TEST_CASE("what an embedded master cannot delete comes with its reason") {
  AskedMaster asked;
  asked.transport.expect(
      preview, answer(200, R"({"checkpoints":null,"metric_name":"loss","warning":"it lies outside"})"));
  CHECK(asked.master->preview_gc("5", {0, 1, 1}).warning == "it lies outside");
}

TEST_CASE("an experiment id that is no number asks nothing") {
  AskedMaster asked;
  CHECK(error_of([&] { asked.master->experiment("../me"); }).failure == Failure::usage);
  CHECK(error_of([&] { asked.master->preview_gc("x", {}); }).failure == Failure::usage);
}
