#include "formatting/history_table.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace det::formatting;
using det::model::HistoryRow;
using det::model::Json;

namespace {

HistoryRow row() {
  const det::model::Time reported{std::chrono::seconds{1795219008}};
  return {.total_batches = 100,
          .state = "COMPLETED",
          .reported = reported,
          .training = {{"loss", 1.0 / 3}},
          .validation = {{"error", 0}},
          .checkpoint_state = "COMPLETED",
          .checkpoint_reported = reported,
          .validation_state = {},
          .validation_reported = {}};
}

Row cells(const Json& value) {
  auto made = row();
  made.training = {{"m", value}};
  return history_row("6", made, {.training = {"m"}, .validation = {}});
}

}  // namespace

TEST_CASE("without metric columns a row shows times and states") {
  Table table{history_columns({}), {history_row("6", row(), {})}};
  CHECK(to_text(table) ==
        "   Trial ID |   # of Batches | State     | Report Time              | Checkpoint State   | "
        "Checkpoint Report Time"
        "   | Validation State   | Validation Report Time\n"
        "------------+----------------+-----------+--------------------------+--------------------+----------"
        "-------------"
        "---+--------------------+--------------------------\n"
        "          6 |            100 | COMPLETED | 2026-11-20 23:56:48+0000 | COMPLETED          | "
        "2026-11-20 23:56:48+00"
        "00 |                    |\n");
}

TEST_CASE("each metric has a column of its own, empty where it was not reported") {
  const MetricColumns metrics{.training = {"loss", "gap"}, .validation = {"error"}};
  const Table table{history_columns(metrics), {history_row("6", row(), metrics)}};
  CHECK(csv_line(Row(table.columns.begin(), table.columns.end())) ==
        "Trial ID,# of Batches,State,Report Time,Training Metric: gap,Training Metric: loss,Checkpoint State,"
        "Checkpoint Report Time,Validation State,Validation Report Time,Validation Metric: error\r\n");
  CHECK(csv_line(table.rows[0]) ==
        "6,100,COMPLETED,2026-11-20 23:56:48+0000,,0.3333333333333333,COMPLETED,2026-11-20 "
        "23:56:48+0000,,,0\r\n");
}

TEST_CASE("a metric that is no number is shown all the same") {
  CHECK(cells("NaN")[4] == "NaN");
  CHECK(cells(true)[4] == "True");
  CHECK(cells({1, 2.5})[4] == "[1, 2.5]");
  CHECK(cells({{"a", nullptr}})[4] == "{\"a\": null}");
}

TEST_CASE("a hostile metric cannot steer the terminal, neither by its name nor by its value") {
  const MetricColumns metrics{.training = {"a\nb"}, .validation = {"\x1b[2J"}};
  CHECK(history_columns(metrics)[4] == "Training Metric: a\\nb");
  CHECK(history_columns(metrics)[9] == "Validation Metric: \\x1b[2J");
  CHECK(cells("1\n2")[4] == "1\\n2");
}
