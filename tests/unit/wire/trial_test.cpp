#include "wire/trial.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/fixture.hpp"
#include "tests/unit/wire/refusal.hpp"
#include "wire/time.hpp"
#include "wire/tree.hpp"

using namespace det;
using det::testing::fixture;
using det::testing::refusal;
using wire::decode_trial;
using wire::parse_tree;

TEST_CASE("a recorded trial comes with all that it says") {
  const auto trial = decode_trial(parse_tree(fixture("wire/trial.json"))["trial"], {"trial"});
  CHECK(trial.id == "7");
  CHECK(trial.experiment_id == "5");
  CHECK(trial.state == "COMPLETED");
  CHECK(trial.started == wire::parse_time("2026-11-20T23:56:48.521470Z"));
  CHECK(trial.ended == wire::parse_time("2026-11-20T23:56:48.905113Z"));
  CHECK(trial.hparams.dump() == R"({"layers":2,"lr":0.2})");
  CHECK(trial.summary_metrics["validation_metrics"]["validation_error"]["min"] == 0.2);
  CHECK(trial.total_batches == 1000);
  CHECK(trial.warm_start_checkpoint.empty());
}

TEST_CASE("recorded trials of a list come in its order") {
  const auto list = parse_tree(fixture("wire/trials.json"))["trials"];
  CHECK(decode_trial(list[0], {"trials", nullptr, 0}).id == "6");
  CHECK(decode_trial(list[1], {"trials", nullptr, 1}).id == "7");
}

TEST_CASE("a trial may lack times, metrics and hyperparameters") {
  const auto trial = decode_trial(
      parse_tree(
          R"({"id":1,"experimentId":2,"state":"X","totalBatchesProcessed":0,"hparams":null,"endTime":null})"),
      {"trial"});
  CHECK(trial.hparams.is_null());
  CHECK(trial.summary_metrics.is_null());
  CHECK(trial.ended == std::nullopt);
}

TEST_CASE("what is no trial is refused by name and place") {
  const auto refused = [](const char* text) {
    return refusal([&] { decode_trial(parse_tree(text), {"trial"}); });
  };
  const std::string start = "the master's answer is not valid: trial";
  CHECK(refused(R"({"id":1})") == start + ".experimentId is missing");
  CHECK(refused(R"({"id":1,"experimentId":2,"state":"X"})") == start + ".totalBatchesProcessed is missing");
  CHECK(refused(R"({"id":"a","experimentId":2})") == start + ".id is not a whole number of 64 bits");
}
