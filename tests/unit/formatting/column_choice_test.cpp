#include "formatting/column_choice.hpp"

#include <catch2/catch.hpp>

#include "model/error.hpp"

using namespace det;

namespace {

model::Checkpoint example() {
  model::Checkpoint checkpoint;
  checkpoint.id = "a1";
  checkpoint.trial_id = "7";
  checkpoint.experiment_id = "5";
  checkpoint.steps_completed = 100;
  checkpoint.state_word = "COMPLETED";
  checkpoint.files = {{"model.pt", 1024}, {"code/", 0}};
  checkpoint.validation_metrics = {{"avgMetrics", {{"loss", 0.25}, {"odd\nname", 1}}}};
  checkpoint.hparams = {{"lr", 0.1}};
  checkpoint.metadata = {{"note", "a\x1b[31m"}};
  return checkpoint;
}

}  // namespace

TEST_CASE("columns come in the order in which they were named") {
  const auto choice = formatting::column_choice("uuid,metric:loss,bytes,hparam:lr");
  CHECK(formatting::chosen_columns(choice) == formatting::Columns{"UUID", "loss", "Bytes", "lr"});
  CHECK(formatting::chosen_row(example(), choice) == formatting::Row{"a1", "0.25", "1024", "0.1"});
}

TEST_CASE("what a checkpoint lacks is an absent cell") {
  const auto choice = formatting::column_choice("metric:nope,hparam:nope,metadata:nope,reported");
  CHECK(formatting::chosen_row(example(), choice) ==
        formatting::Row{std::nullopt, std::nullopt, std::nullopt, std::nullopt});
}

TEST_CASE("text from elsewhere is harmless in heads and cells") {
  const auto choice = formatting::column_choice("metric:odd\nname,metadata:note");
  CHECK(formatting::chosen_columns(choice) == formatting::Columns{"odd\\nname", "note"});
  CHECK(formatting::chosen_row(example(), choice) == formatting::Row{"1", "a\\x1b[31m"});
}

TEST_CASE("a name that is no column is refused") {
  for (const auto* names : {"", "uuid,", "metric:", "secret:x", "UUID"}) {
    CHECK_THROWS_AS(formatting::column_choice(names), Error);
  }
}
