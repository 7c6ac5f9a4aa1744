#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/fixture.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

namespace det::testing {
namespace {

// The documented table in the catalogue of a master whose storage it is.
struct Scene {
  TemporaryDirectory top;
  MasterFixture master;

  Scene() {
    master.services().storage_roots = master::StorageRoots({top.path()});
    model::ExperimentRecord experiment;
    experiment.state = "COMPLETED";
    experiment.configuration = R"({"checkpoint_storage":{"type":"directory","container_path":")" +
                               (top / "storage").native() + R"("},"searcher":{"metric":"loss"}})";
    master.add_experiment(experiment);
    master.add_trial(1);
    master.add_trial(1);
    const auto documented = table();
    for (const auto& row : documented.at("checkpoints")) {
      const auto number = row.at("checkpoint").get<int>();
      const auto trial = row.at("trial").get<int>();
      if (!row.at("metric").is_null()) {
        master.report(trial, "validation", number * 100, R"({"loss":)" + row["metric"].dump() + "}");
      }
      master.add_checkpoint(trial, uuid(number), number * 100);
    }
  }

  static model::Json table() { return model::Json::parse(fixture("gc/gc-policy.json")); }

  Answered preview(int experiment_best, int trial_best, int trial_latest) {
    return master.get("/experiments/1/preview_gc?save_experiment_best=" + std::to_string(experiment_best) +
                      "&save_trial_best=" + std::to_string(trial_best) +
                      "&save_trial_latest=" + std::to_string(trial_latest));
  }
};

TEST_CASE("a preview names what a policy would not keep, for every row of the documented table") {
  Scene scene;
  const auto documented = Scene::table();
  for (const auto& row : documented.at("policies")) {
    auto left = std::set<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const auto answered =
        scene.preview(row.at("save_experiment_best"), row.at("save_trial_best"), row.at("save_trial_latest"));
    REQUIRE(answered.status == 200);
    for (const auto& checkpoint : answered.json.at("checkpoints")) {
      CHECK(left.erase(std::stoi(checkpoint.at("UUID").get<std::string>().substr(24), nullptr, 16)) == 1);
    }
    CHECK(left == row.at("saved").get<std::set<int>>());
    CHECK(answered.json.at("metric_name") == "loss");
  }
}

TEST_CASE("where nothing would go the list is null") {
  Scene scene;
  const auto answered = scene.preview(99, 99, 99);
  CHECK(answered.text == "{\"checkpoints\":null,\"metric_name\":\"loss\"}\n");
}

TEST_CASE("a preview says why nothing would go of a storage that lies elsewhere") {
  Scene scene;
  scene.master.services().storage_roots = master::StorageRoots();
  const auto answered = scene.preview(0, 0, 0);
  CHECK(answered.json.at("checkpoints").is_null());
  CHECK(answered.json.at("warning") ==
        "its storage " + (scene.top / "storage").native() + " lies outside this master's storage roots");
}

TEST_CASE("a preview wants all three counts, and an experiment that is there") {
  Scene scene;
  const auto refused = [&](const std::string& path) {
    const auto answered = scene.master.get(path);
    return std::to_string(answered.status) + " " + answered.json.at("message").get<std::string>();
  };
  CHECK(refused("/experiments/1/preview_gc") == "400 missing parameter: save_experiment_best");
  CHECK(refused("/experiments/1/preview_gc?save_trial_best=x") ==
        "400 missing parameter: save_experiment_best");
  CHECK(refused("/experiments/1/preview_gc?save_experiment_best=1&save_trial_best=1") ==
        "400 missing parameter: save_trial_latest");
  CHECK(refused("/experiments/9/preview_gc?save_experiment_best=0&save_trial_best=1&save_trial_latest=1") ==
        "404 experiment '9' not found");
  CHECK(scene.preview(-1, -5, -1).json.at("checkpoints").size() == 10);
}

TEST_CASE("a preview of many checkpoints comes in pieces") {
  Scene scene;
  for (int i = 11; i <= 350; ++i) scene.master.add_checkpoint(1, uuid(i), i * 100);
  auto response = scene.master.response(
      "GET", "/experiments/1/preview_gc?save_experiment_best=0&save_trial_best=0&save_trial_latest=0");
  int pieces = 0;
  std::string text;
  for (std::string piece; response.stream->next(piece) == master::BodyStream::Step::more; piece.clear()) {
    text += piece;
    ++pieces;
  }
  CHECK(pieces == 4);
  CHECK(model::Json::parse(text).at("checkpoints").size() == 350);
}

TEST_CASE("a row of a preview has the fields that a real master's has") {
  Scene scene;
  const auto recorded = model::Json::parse(fixture("wire/preview-gc.json"));
  auto wanted = keys(recorded.at("checkpoints").at(0));
  std::erase(wanted, "ID");
  auto ours = keys(scene.preview(0, 0, 0).json.at("checkpoints").at(0));
  std::sort(wanted.begin(), wanted.end());
  std::sort(ours.begin(), ours.end());
  CHECK(ours == wanted);
}

}  // namespace
}  // namespace det::testing
