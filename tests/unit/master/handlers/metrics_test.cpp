#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/fixture.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

using det::model::Json;
using det::testing::fixture;
using det::testing::keys;
using det::testing::MasterFixture;

namespace {

Json recorded(const std::string& name) {
  return Json::parse(fixture("master/" + name));
}

std::string body(const std::string& group, int steps, const std::string& metrics) {
  return fmt::format(
      R"({{"group":"{}","metrics":{{"trialId":99,"trialRunId":1,"stepsCompleted":{},"metrics":{{"avgMetrics":{}}}}}}})",
      group, steps, metrics);
}

// A master with experiment 1 and its trial 1.
struct Reporting : MasterFixture {
  Reporting() { add_trial(add_experiment()); }

  int report(const std::string& group, int steps, const std::string& metrics) {
    return post("/api/v1/trials/1/metrics", body(group, steps, metrics)).status;
  }
};

}  // namespace

TEST_CASE("what a trial reports comes back as a real master streams it") {
  Reporting master;
  CHECK(master.report("training", 600, R"({"loss":0.16666666666666666})") == 200);
  CHECK(master.report("validation", 700, R"({"loss":"NaN"})") == 200);
  const auto training = master.get("/api/v1/trials/metrics/training_metrics?trialIds=1").results();
  const auto known = recorded("metrics-training.json").at("result");
  CHECK(keys(training.at(0)) == keys(known));
  const auto& line = training.at(0).at("metrics").at(0);
  CHECK(keys(line) == keys(known.at("metrics").at(0)));
  CHECK(line.at("metrics") == known.at("metrics").at(0).at("metrics"));
  CHECK(line.at("trialId") == 1);
  CHECK(line.at("totalBatches") == 600);
  CHECK(line.at("group") == "training");
  const auto validation = master.get("/api/v1/trials/metrics/validation_metrics?trial_ids=1").results();
  CHECK(validation.at(0).at("metrics").at(0).at("metrics").dump() ==
        R"({"validation_metrics":{"loss":"NaN"}})");
}

TEST_CASE("a repeated report is kept once") {
  Reporting master;
  CHECK(master.report("training", 1, R"({"loss":1})") == 200);
  CHECK(master.report("training", 1, R"({"loss":1})") == 200);
  CHECK(master.report("training", 1, R"({"loss":2})") == 400);
  CHECK(
      master.get("/api/v1/trials/metrics/training_metrics?trialIds=1").results().at(0).at("metrics").size() ==
      1);
}

TEST_CASE("the older calls of training and validation report to their groups") {
  Reporting master;
  const std::string metrics =
      R"({"trialId":1,"trialRunId":1,"stepsCompleted":5,"metrics":{"avgMetrics":{"a":1}}})";
  CHECK(master.post("/api/v1/trials/1/training_metrics", metrics).status == 200);
  CHECK(master.post("/api/v1/trials/1/validation_metrics", metrics).status == 200);
  const auto all =
      master.get("/api/v1/trials/metrics/trial_metrics?trialIds=1").results().at(0).at("metrics");
  CHECK(all.at(0).at("group") == "training");
  CHECK(all.at(1).at("group") == "validation");
}

TEST_CASE("metrics of another group are asked for by its name") {
  Reporting master;
  master.report("training", 1, R"({"loss":1})");
  master.report("inference", 2, R"({"speed":3})");
  const auto lines = master.get("/api/v1/trials/metrics/trial_metrics?trialIds=1&group=inference").results();
  REQUIRE(lines.size() == 1);
  CHECK(lines.at(0).at("metrics").at(0).at("metrics").dump() ==
        R"({"avg_metrics":{"speed":3},"batch_metrics":null})");
}

TEST_CASE("many reports come in lines of at most a thousand") {
  Reporting master;
  for (int steps = 1; steps <= 2001; ++steps)
    master.MasterFixture::report(1, "training", steps, R"({"loss":1})");
  const auto lines = master.get("/api/v1/trials/metrics/training_metrics?trialIds=1&trialIds=1").results();
  REQUIRE(lines.size() == 6);
  CHECK(lines.at(1).at("metrics").size() == 1000);
  CHECK(lines.at(2).at("metrics").size() == 1);
  CHECK(lines.at(5).at("metrics").at(0).at("totalBatches") == 2001);
}

TEST_CASE("a stream of metrics of a trial that is not there does not begin") {
  Reporting master;
  const auto answered = master.get("/api/v1/trials/metrics/validation_metrics?trialIds=1&trialIds=99999");
  CHECK(answered.status == 404);
  CHECK(answered.json == recorded("metrics-missing-trial.json"));
}

TEST_CASE("a trial without reports has a stream without lines") {
  Reporting master;
  const auto answered = master.get("/api/v1/trials/metrics/training_metrics?trialIds=1");
  CHECK(answered.status == 200);
  CHECK(answered.text.empty());
}

TEST_CASE("what is no report is refused") {
  Reporting master;
  CHECK(master.post("/api/v1/trials/1/metrics", "{}").error() == "request.metrics is missing");
  CHECK(master.post("/api/v1/trials/1/metrics", "[1").status == 400);
  CHECK(master.post("/api/v1/trials/1/metrics", R"({"metrics":{"metrics":{}}})").error() ==
        "request.group is missing");
  CHECK(master.post("/api/v1/trials/7/metrics", body("training", 1, "{}")).error() == "trial '7' not found");
  CHECK(master.post("/api/v1/trials/1/metrics", body("training", -1, "{}")).status == 400);
}

TEST_CASE("metrics over time come as a real master gives them") {
  Reporting master;
  master.report("validation", 700, R"({"validation_error":0.2,"other":1})");
  master.report("validation", 800, R"({"validation_error":0.3})");
  master.report("validation", 900, R"({"other":2})");
  master.report("training", 700, R"({"validation_error":9})");
  const auto compared =
      master
          .get(
              "/api/v1/trials/time-series?trialIds=1&maxDatapoints=10&metricNames=validation_error&"
              "metricType=METRIC_TYPE_VALIDATION")
          .json;
  const auto known = recorded("time-series.json");
  const auto& trial = compared.at("trials").at(0);
  const auto& known_trial = known.at("trials").at(0);
  CHECK(keys(trial) == keys(known_trial));
  CHECK(keys(trial.at("trial")) == keys(known_trial.at("trial")));
  const auto& series = trial.at("metrics").at(0);
  CHECK(keys(series) == keys(known_trial.at("metrics").at(0)));
  CHECK(series.at("type") == "METRIC_TYPE_VALIDATION");
  REQUIRE(series.at("data").size() == 2);
  const auto& known_point = known_trial.at("metrics").at(0).at("data").at(1);
  CHECK(keys(series.at("data").at(1)) == keys(known_point));
  CHECK(series.at("data").at(1).at("values") == known_point.at("values"));
  CHECK(series.at("data").at(1).at("batches") == 800);
}

TEST_CASE("metrics over time are found by id, within batches, and thinned") {
  Reporting master;
  for (int steps = 1; steps <= 100; ++steps) {
    master.MasterFixture::report(1, "training", steps, R"({"a.b":1,"epoch":2})");
  }
  const auto points = [&](const std::string& query) {
    return master.get("/api/v1/trials/time-series?trialIds=1&metricIds=training.a.b" + query)
        .json.at("trials")
        .at(0)
        .at("metrics")
        .at(0)
        .at("data");
  };
  CHECK(points("").size() == 100);
  CHECK(points("").at(0).at("epoch") == 2);
  CHECK(points("&startBatches=11&endBatches=20").size() == 10);
  CHECK(points("&maxDatapoints=10").size() <= 10);
  CHECK(points("&maxDatapoints=10").size() >= 5);
  CHECK(points("&maxDatapoints=1").size() <= 2);
}

TEST_CASE("a comparison that cannot be made says why") {
  Reporting master;
  CHECK(master.get("/api/v1/trials/time-series?trialIds=9").error() == "trial '9' not found");
  CHECK(master.get("/api/v1/trials/time-series?trialIds=1&metricIds=loss").status == 400);
  CHECK(master.get("/api/v1/trials/time-series?trialIds=1&metricType=NOPE").error() ==
        "NOPE is not a valid metricv1.MetricType");
}

TEST_CASE("the names of an experiment's metrics come as a real master gives them") {
  Reporting master;
  master.report("training", 1, R"({"loss":1})");
  master.report("validation", 1, R"({"validation_error":1})");
  const auto names = master.get("/api/v1/experiments/metrics-stream/metric-names?ids=1").results();
  auto known = recorded("metric-names.json").at("result");
  known["searcherMetrics"] = {"loss"};
  CHECK(names.at(0) == known);
}
