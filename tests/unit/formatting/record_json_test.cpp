#include <catch2/catch.hpp>
#include <limits>

#include "formatting/checkpoint_table.hpp"
#include "formatting/experiment_table.hpp"
#include "formatting/json.hpp"
#include "formatting/trial_table.hpp"
#include "recorded.hpp"

using namespace det::formatting;
using namespace det::testing;

TEST_CASE("a checkpoint as JSON is the documented object") {
  CHECK(json_text(checkpoint_json(recorded_checkpoint("cli-60-ckpt-describe"))) == R"({
  "uuid": "a0000005-0000-4000-8000-000000000005",
  "experiment_id": 5,
  "trial_id": 6,
  "task_id": "5.f64933ad-9a9b-40a2-a514-9d075f5d9de6",
  "state": "COMPLETED",
  "steps_completed": 500,
  "report_time": "2026-11-20T23:56:48.565190Z",
  "searcher_metric": 0.4,
  "training_metrics": {
    "loss": 0.2
  },
  "validation_metrics": {
    "validation_error": 0.4
  },
  "metadata": {
    "steps_completed": 500
  },
  "hparams": {
    "layers": 1,
    "lr": 0.1
  },
  "resources": {
    "code/": 0,
    "code/model_def.py": 77,
    "metadata.json": 28,
    "state_dict.pth": 1024
  },
  "size": 1129
})");
}

TEST_CASE("what a checkpoint lacks is null in JSON, and ids that are no numbers are strings") {
  det::model::Checkpoint checkpoint;
  checkpoint.id = "c02e_00003/checkpoint_000001";
  checkpoint.trial_id = "c02e_00003";
  checkpoint.experiment_id = "007";
  checkpoint.state_word = "COMPLETED";
  checkpoint.searcher_metric = std::numeric_limits<double>::infinity();
  CHECK(
      json_text(checkpoint_json(checkpoint), {.indent = -1}) ==
      R"({"uuid": "c02e_00003/checkpoint_000001", "experiment_id": "007", "trial_id": "c02e_00003", )"
      R"("task_id": null, "state": "COMPLETED", "steps_completed": null, "report_time": null, )"
      R"("searcher_metric": "Infinity", "training_metrics": null, "validation_metrics": null, "metadata": {}, )"
      R"("hparams": {}, "resources": {}, "size": 0})");
}

TEST_CASE("a checkpoint of very many files becomes JSON in reasonable time") {
  det::model::Checkpoint checkpoint;
  for (int i = 0; i < 200'000; ++i) checkpoint.files.push_back({"file" + std::to_string(i), 1});
  CHECK(checkpoint_json(checkpoint)["resources"].size() == 200'000);
}

TEST_CASE("an experiment as JSON is the documented object") {
  CHECK(json_text(experiment_json(recorded_experiments("cli-33-experiment-list-page1").at(0))) == R"({
  "id": 2,
  "name": "core-v2-25",
  "description": "",
  "owner": "determined",
  "workspace": "Uncategorized",
  "project": "Uncategorized",
  "parent_id": null,
  "state": "RUNNING",
  "archived": false,
  "progress": 0.0,
  "start_time": "2026-11-20T23:55:11.622505Z",
  "end_time": null,
  "resource_pool": null,
  "labels": [
    "files"
  ],
  "searcher": {
    "name": "single",
    "metric": "val_loss",
    "smaller_is_better": true
  }
})");
}

TEST_CASE("a trial as JSON is the documented object") {
  auto trial = recorded_trials("cli-42-list-trials").at(0);
  trial.summary_metrics = nullptr;
  CHECK(
      json_text(trial_json(trial), {.indent = -1}) ==
      R"({"id": 6, "experiment_id": 5, "state": "COMPLETED", "start_time": "2026-11-20T23:56:48.438257Z", )"
      R"("end_time": "2026-11-20T23:56:48.863738Z", "total_batches": 500, "hparams": {"layers": 1, "lr": 0.1}, )"
      R"("summary_metrics": null, "warm_start_checkpoint": null})");
}
