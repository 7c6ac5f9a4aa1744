#include "formatting/checkpoint_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "recorded.hpp"

using namespace det::formatting;
using namespace det::testing;
using det::model::Checkpoint;
using det::model::Json;

namespace {

std::string csv(const Columns& columns, const std::vector<Row>& rows) {
  auto text = csv_line(Row(columns.begin(), columns.end()));
  for (const auto& row : rows) text += csv_line(row);
  return text;
}

std::vector<Row> rows(const std::vector<Checkpoint>& checkpoints) {
  std::vector<Row> rows;
  for (const auto& checkpoint : checkpoints) rows.push_back(checkpoint_row(checkpoint));
  return rows;
}

Checkpoint checkpoint_with_loss(const Json& loss) {
  Checkpoint checkpoint;
  checkpoint.validation_metrics = {{"avgMetrics", {{"loss", loss}}}};
  auto configuration = std::make_shared<det::model::ExperimentConfiguration>();
  configuration->searcher.metric = "loss";
  checkpoint.configuration = configuration;
  return checkpoint;
}

constexpr auto metric = 3;  // its place in a row

}  // namespace

TEST_CASE("checkpoints are listed as the official tool lists them") {
  for (const auto* name :
       {"cli-45-list-checkpoints", "cli-46-list-checkpoints-best3", "cli-54-list-checkpoints-empty"}) {
    INFO(name);
    CHECK(to_text({checkpoint_columns(), rows(recorded_checkpoints(name))}) == recorded_stdout(name));
  }
}

TEST_CASE("checkpoints are written to CSV as the official tool writes them") {
  for (const auto* name : {"cli-47-list-checkpoints-csv", "cli-52-list-checkpoints-nan",
                           "cli-56-list-checkpoints-ties-best2", "cli-170-states-list-checkpoints"}) {
    INFO(name);
    CHECK(csv(checkpoint_columns(), rows(recorded_checkpoints(name))) == recorded_stdout(name));
  }
}

TEST_CASE("a checkpoint is described as the official tool describes it") {
  for (const auto* name :
       {"cli-60-ckpt-describe", "cli-61-ckpt-describe-nometric", "cli-65-ckpt-describe-files"}) {
    INFO(name);
    CHECK(to_text({describe_columns(), {describe_row(recorded_checkpoint(name))}}) == recorded_stdout(name));
  }
}

TEST_CASE("a checkpoint of no trial is described without what trials have") {
  Checkpoint checkpoint;
  checkpoint.id = "u1";
  CHECK(describe_row(checkpoint) ==
        Row{std::nullopt, std::nullopt, std::nullopt, std::nullopt, "u1", std::nullopt, "{}"});
}

TEST_CASE("the metric is shown as the master wrote it") {
  CHECK(checkpoint_row(checkpoint_with_loss(1))[metric] == "1");
  CHECK(checkpoint_row(checkpoint_with_loss(0.30000000000000004))[metric] == "0.30000000000000004");
  CHECK(checkpoint_row(checkpoint_with_loss(1e-7))[metric] == "1e-07");
  CHECK(checkpoint_row(checkpoint_with_loss("-Infinity"))[metric] == "-Infinity");
  CHECK(checkpoint_row(checkpoint_with_loss("a\nb"))[metric] == "a\\nb");
  CHECK(checkpoint_row(checkpoint_with_loss(nullptr))[metric] == std::nullopt);
  CHECK(checkpoint_row(Checkpoint())[metric] == std::nullopt);
}

TEST_CASE("where the searcher's metric has no name, its value is shown") {
  Checkpoint checkpoint;
  checkpoint.searcher_metric = 0.5;
  CHECK(checkpoint_row(checkpoint)[metric] == "0.5");
  checkpoint.searcher_metric = std::nan("");
  CHECK(checkpoint_row(checkpoint)[metric] == "NaN");
  checkpoint.searcher_metric = -std::numeric_limits<double>::infinity();
  CHECK(checkpoint_row(checkpoint)[metric] == "-Infinity");
}

TEST_CASE("hostile paths and names come out harmless") {
  Checkpoint checkpoint;
  checkpoint.id = "\x1b[2J";
  checkpoint.state_word = "A\nB";
  checkpoint.files = {{"b\nforged", 1}, {"a\x1b", 2}};
  const auto row = checkpoint_row(checkpoint);
  CHECK(row[4] == "\\x1b[2J");
  CHECK(row[2] == "A\\nB");
  CHECK(row[5] == "a\\x1b\nb\\nforged");
}

TEST_CASE("a download shows the three columns of the documents") {
  Checkpoint checkpoint;
  checkpoint.id = "46985143-af68-4d48-ab91-a6447052ca49";
  checkpoint.steps_completed = 1000;
  checkpoint.validation_metrics = Json::parse(
      R"({"avgMetrics": {"loss": 7.906739711761475, "accuracy": 0.9646000266075134}, "batchMetrics": []})");
  CHECK(to_text({download_columns(), {download_row(checkpoint)}}) ==
        "   Batch | Checkpoint UUID                      | Validation Metrics\n"
        "---------+--------------------------------------+----------------------------------------\n"
        "    1000 | 46985143-af68-4d48-ab91-a6447052ca49 | {\n"
        "         |                                      |     \"validation_metrics\": {\n"
        "         |                                      |         \"loss\": 7.906739711761475,\n"
        "         |                                      |         \"accuracy\": 0.9646000266075134\n"
        "         |                                      |     }\n"
        "         |                                      | }\n");
  checkpoint.validation_metrics = nullptr;
  CHECK(download_row(checkpoint)[2] == std::nullopt);
}
