#include <catch2/catch.hpp>
#include <cmath>

#include "master/repository/checkpoints.hpp"
#include "master/repository/metrics.hpp"
#include "master/repository/trials.hpp"
#include "master/repository/workloads.hpp"
#include "model/error.hpp"
#include "repository_fixture.hpp"
#include "tests/support/thrown.hpp"

using det::Failure;
using det::master::Connection;
using det::model::MetricRecord;
using det::testing::at;
using det::testing::Catalogue;
using det::testing::thrown;
using namespace det::master::repository;

namespace {

MetricRecord of_run(std::int64_t run_id, const std::string& group, std::int64_t steps,
                    const std::string& metrics) {
  MetricRecord record;
  record.trial_id = 1;
  record.run_id = run_id;
  record.group = group;
  record.steps = steps;
  record.metrics = metrics;
  return record;
}

// "GROUP STEPS RUN" of each row, with "-" in front of archived ones.
std::string rows(Catalogue& catalogue) {
  std::string text;
  for (const auto& row : list_metrics(catalogue, {.trial_id = 1})) {
    text += (row.archived ? "-" : "") + row.group + ' ' + std::to_string(row.steps) + ' ' +
            std::to_string(row.run_id) + '\n';
  }
  return text;
}

struct OneTrial : Catalogue {
  OneTrial() { add_trial(add_experiment()); }
};

// {"m0":0,...}
std::string many_metrics(std::size_t from, std::size_t to) {
  std::string text = "{";
  for (auto i = from; i < to; ++i) {
    if (i > from) text += ',';
    text += "\"m" + std::to_string(i) + "\":" + std::to_string(i);
  }
  return text + '}';
}

}  // namespace

TEST_CASE("a report is summed up by group and name") {
  OneTrial catalogue;
  catalogue.report(1, "training", 1, R"({"loss":4,"word":"a"})");
  catalogue.report(1, "training", 2, R"({"loss":1.5,"word":"b"})");
  catalogue.report(1, "validation", 2, R"({"loss":2})");
  catalogue.report(1, "other", 2, R"({"x":null})");
  CHECK(
      *trial_by_id(catalogue, 1)->summary ==
      R"({"avg_metrics":{"loss":{"count":2,"last":1.5,"max":4,"mean":2.75,"min":1.5,"sum":5.5,"type":"number"},)"
      R"("word":{"count":2,"last":"b","type":"string"}},)"
      R"("other":{"x":{"count":1,"last":null,"type":"null"}},)"
      R"("validation_metrics":{"loss":{"count":1,"last":2,"max":2,"mean":2,"min":2,"sum":2,"type":"number"}}})");
}

TEST_CASE("NaN and infinities are summed up as words") {
  OneTrial catalogue;
  catalogue.report(1, "validation", 1, R"({"loss":"NaN"})");
  catalogue.report(1, "training", 1, R"({"loss":"-Infinity"})");
  CHECK(*trial_by_id(catalogue, 1)->summary ==
        R"({"avg_metrics":{"loss":{"count":1,"last":"-Infinity","max":"-Infinity","mean":"-Infinity",)"
        R"("min":"-Infinity","sum":"-Infinity","type":"number"}},)"
        R"("validation_metrics":{"loss":{"count":1,"last":"NaN","max":"NaN","mean":"NaN","min":"NaN",)"
        R"("sum":"NaN","type":"number"}}})");
  CHECK(std::isnan(*trial_by_id(catalogue, 1)->searcher_value));
}

TEST_CASE("a trial knows its best and latest validation and its steps") {
  OneTrial catalogue;
  catalogue.report(1, "validation", 10, R"({"loss":0.5})");
  catalogue.report(1, "validation", 20, R"({"loss":"-Infinity"})");
  catalogue.report(1, "validation", 30, R"({"loss":0.4})");
  catalogue.report(1, "validation", 40, R"({"loss":0.4})");
  catalogue.report(1, "training", 45, R"({"loss":9})");
  const auto trial = *trial_by_id(catalogue, 1);
  CHECK(trial.best_validation->steps == 30);
  CHECK(trial.searcher_value == 0.4);
  CHECK(trial.latest_validation->steps == 40);
  CHECK(trial.total_batches == 45);
}

TEST_CASE("the same report again is one row, and new names are added to it") {
  OneTrial catalogue;
  const auto id = catalogue.report(1, "validation", 10, R"({"acc":1})");
  CHECK(catalogue.report(1, "validation", 10, R"({"acc":1})") == id);
  CHECK(catalogue.report(1, "validation", 10, R"({"loss":0.5})") == id);
  CHECK(list_metrics(catalogue, {.trial_id = 1}).size() == 1);
  CHECK(metrics_by_id(catalogue, id)->metrics == R"({"acc":1,"loss":0.5})");
  CHECK(trial_by_id(catalogue, 1)->searcher_value == 0.5);
  const auto error = thrown([&] { catalogue.report(1, "validation", 10, R"({"acc":2})"); });
  CHECK(error.failure == Failure::usage);
  CHECK(error.message == "overwriting existing metric keys is not supported, conflicting key: acc");
}

TEST_CASE("a later run archives what it reports again, and other groups' reports at more steps") {
  OneTrial catalogue;
  for (const std::int64_t steps : {10, 20, 30}) {
    catalogue.report(1, "training", steps, R"({"loss":1})");
    catalogue.report(1, "validation", steps, R"({"loss":0.)" + std::to_string(40 - steps) + "}");
  }
  REQUIRE(start_run(catalogue, 1) == 2);
  report_metrics(catalogue, of_run(2, "training", 20, R"({"loss":7})"));
  CHECK(rows(catalogue) ==
        "training 10 1\n"
        "validation 10 1\n"
        "-training 20 1\n"
        "validation 20 1\n"
        "-training 30 1\n"
        "-validation 30 1\n"
        "training 20 2\n");
  const auto trial = *trial_by_id(catalogue, 1);
  CHECK(trial.total_batches == 20);
  CHECK(trial.best_validation->steps == 20);
  CHECK(trial.latest_validation->steps == 20);
  CHECK(trial.summary->find(R"("avg_metrics":{"loss":{"count":2,"last":7,"max":7,"mean":4)") !=
        std::string::npos);
}

TEST_CASE("a report of an older run, or of no trial, is refused") {
  OneTrial catalogue;
  start_run(catalogue, 1);
  CHECK(thrown([&] { catalogue.report(1, "training", 1, "{}"); }).message ==
        "invalid run id, 1 (reported) != 2 (expected)");
  CHECK(thrown([&] { catalogue.report(5, "training", 1, "{}"); }).failure == Failure::not_found);
  CHECK(thrown([&] { report_metrics(catalogue, of_run(2, "training", 1, "[]")); }).failure == Failure::usage);
}

TEST_CASE("reports are listed in portions, of one group or all") {
  OneTrial catalogue;
  for (std::int64_t steps = 1; steps <= 5; ++steps) {
    catalogue.report(1, "training", steps, "{}");
    catalogue.report(1, "validation", steps, "{}");
  }
  const auto first = list_metrics(catalogue, {.trial_id = 1, .group = "validation", .limit = 3});
  REQUIRE(first.size() == 3);
  const auto rest = list_metrics(
      catalogue, {.trial_id = 1, .group = "validation", .after_id = first.back().id, .limit = 3});
  REQUIRE(rest.size() == 2);
  CHECK(rest.back().steps == 5);
  CHECK(list_metrics(catalogue, {.trial_id = 1}).size() == 10);
}

TEST_CASE("the best checkpoint is the COMPLETED one with the best validation, whichever is reported first") {
  OneTrial catalogue;
  catalogue.add_checkpoint(1, "a", 10);
  catalogue.report(1, "validation", 10, R"({"loss":0.5})");
  CHECK(trial_by_id(catalogue, 1)->best_checkpoint->id == "a");
  catalogue.report(1, "validation", 20, R"({"loss":0.3})");
  catalogue.add_checkpoint(1, "b", 20);
  catalogue.add_checkpoint(1, "c", 30);
  CHECK(trial_by_id(catalogue, 1)->best_checkpoint->id == "b");
  CHECK(trial_by_id(catalogue, 1)->best_checkpoint->searcher_metric == 0.3);
  set_checkpoint_state(catalogue, "b", det::model::CheckpointState::deleted);
  CHECK(trial_by_id(catalogue, 1)->best_checkpoint->id == "a");
}

TEST_CASE("workloads come by steps and time, else training, validation, checkpoint") {
  OneTrial catalogue;
  catalogue.add_checkpoint(1, "a", 10);
  catalogue.report(1, "validation", 10, "{}");
  catalogue.report(1, "training", 10, "{}");
  catalogue.report(1, "training", 20, "{}");
  catalogue.report(1, "other", 20, "{}");
  const auto all = list_workloads(catalogue, 1, {});
  CHECK(all.total == 4);
  REQUIRE(all.rows.size() == 4);
  CHECK(std::get<MetricRecord>(all.rows[0]).group == "training");
  CHECK(std::get<MetricRecord>(all.rows[1]).group == "validation");
  CHECK(std::get<det::model::CheckpointRecord>(all.rows[2]).id == "a");
  CHECK(std::get<MetricRecord>(all.rows[3]).steps == 20);
  const auto page =
      list_workloads(catalogue, 1, {.direction = Direction::descending, .slice = {.offset = 1, .limit = 1}});
  REQUIRE(page.rows.size() == 1);
  CHECK(page.total == 4);
  CHECK(std::get<det::model::CheckpointRecord>(page.rows[0]).id == "a");
}

TEST_CASE("at equal steps workloads come by time, and what has no steps comes last") {
  OneTrial catalogue;
  catalogue.add_checkpoint(1, "a", 10);
  auto late = of_run(1, "training", 10, "{}");
  late.reported = at(11);
  report_metrics(catalogue, late);
  det::model::CheckpointRecord without_steps;
  without_steps.id = "b";
  without_steps.trial_id = 1;
  upsert_checkpoint(catalogue, without_steps);
  const auto all = list_workloads(catalogue, 1, {});
  REQUIRE(all.rows.size() == 3);
  CHECK(std::get<det::model::CheckpointRecord>(all.rows[0]).id == "a");
  CHECK(std::get<MetricRecord>(all.rows[1]).group == "training");
  CHECK(std::get<det::model::CheckpointRecord>(all.rows[2]).id == "b");
}

TEST_CASE("a report may have many names, also one that is repeated with more, but not any number") {
  OneTrial catalogue;
  Connection& connection = catalogue;
  connection.execute("BEGIN");  // as the writer does
  report_metrics(catalogue, of_run(1, "training", 1, many_metrics(0, most_metrics / 2)));
  report_metrics(catalogue, of_run(1, "training", 1, many_metrics(0, most_metrics)));
  report_metrics(catalogue, of_run(2, "training", 1, many_metrics(0, most_metrics)));
  connection.execute("COMMIT");
  const auto refused = [&](std::int64_t run, std::size_t from, std::size_t to) {
    return thrown([&] { report_metrics(catalogue, of_run(run, "training", 1, many_metrics(from, to))); });
  };
  CHECK(refused(3, 0, most_metrics + 1).failure == Failure::usage);
  CHECK(refused(2, 0, most_metrics + 1).message ==
        "a report of 10001 metrics is too large, 10000 are the most");
  CHECK(refused(2, most_metrics, most_metrics + 1).failure == Failure::usage);
  CHECK(rows(catalogue) == "-training 1 1\ntraining 1 2\n");
}
