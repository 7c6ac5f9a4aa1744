#include <catch2/catch.hpp>

#include "master/repository/checkpoints.hpp"
#include "master/repository/deletions.hpp"
#include "master/repository/experiments.hpp"
#include "master/repository/model_registry.hpp"
#include "model/error.hpp"
#include "repository_fixture.hpp"
#include "tests/support/thrown.hpp"

using det::Failure;
using det::model::ModelVersionRecord;
using det::model::RegisteredModelRecord;
using det::testing::at;
using det::testing::Catalogue;
using det::testing::thrown;
using namespace det::master::repository;

namespace {

// Checkpoints "a" and "b" of experiment 1, and model 1 "m".
struct Registry : Catalogue {
  Registry() {
    add_trial(add_experiment());
    add_checkpoint(1, "a", 10);
    add_checkpoint(1, "b", 20);
    add_model("m", {"x"});
  }

  RegisteredModelRecord add_model(const std::string& name, const std::vector<std::string>& labels = {}) {
    RegisteredModelRecord registered;
    registered.name = name;
    registered.labels = labels;
    registered.owner.id = 1;
    return insert_model(*this, registered);
  }

  ModelVersionRecord add_version(const std::string& checkpoint_id) {
    ModelVersionRecord version;
    version.model.id = 1;
    version.checkpoint.id = checkpoint_id;
    version.owner.id = 1;
    version.created = at(5);
    return insert_model_version(*this, version);
  }
};

}  // namespace

TEST_CASE("a model is found by its name or its number") {
  Registry catalogue;
  CHECK(find_model(catalogue, "m")->id == 1);
  CHECK(find_model(catalogue, "1")->name == "m");
  CHECK(find_model(catalogue, "1")->owner.username == "ada");
  CHECK_FALSE(find_model(catalogue, "M"));
  CHECK(thrown([&] { catalogue.add_model("m"); }).message == "model 'm' exists already");
  CHECK(thrown([&] { catalogue.add_model("17"); }).message == "model name '17' is a number");
}

TEST_CASE("models are listed, filtered and sorted") {
  Registry catalogue;
  catalogue.add_model("a Model", {"x", "y"});
  CHECK(list_models(catalogue, {.sort = ModelSort::name}).rows.front().name == "a Model");
  CHECK(list_models(catalogue, {.name = "MODEL"}).total == 1);
  CHECK(list_models(catalogue, {.labels = {"x", "y"}}).total == 1);
  CHECK(list_models(catalogue, {.archived = true}).total == 0);
  CHECK(list_models(catalogue, {.slice = {.offset = 1}}).rows.size() == 1);
  CHECK(model_labels(catalogue) == std::vector<std::string>{"x", "y"});
}

TEST_CASE("a model is changed and removed, and its checkpoints stay") {
  Registry catalogue;
  catalogue.add_version("a");
  CHECK(update_model(catalogue, 1, {.description = "d", .archived = true}, at(9)));
  const auto found = *find_model(catalogue, "m");
  CHECK(found.description == "d");
  CHECK(found.archived);
  CHECK(found.updated == at(9));
  CHECK(found.labels == std::vector<std::string>{"x"});
  CHECK(remove_model(catalogue, 1));
  CHECK(checkpoint_by_id(catalogue, "a"));
  CHECK_FALSE(registration_of(catalogue, "a"));
}

TEST_CASE("versions are numbered in order, and no number is given twice") {
  Registry catalogue;
  CHECK(catalogue.add_version("a").number == 1);
  CHECK(catalogue.add_version("b").number == 2);
  const auto versions = list_model_versions(catalogue, 1, Direction::descending, {});
  REQUIRE(versions.rows.size() == 2);
  CHECK(versions.rows[0].checkpoint.id == "b");
  CHECK(versions.rows[0].model.name == "m");
  CHECK(remove_model_version(catalogue, versions.rows[0].id));
  CHECK(catalogue.add_version("b").number == 3);
  CHECK(find_model(catalogue, "m")->version_count == 2);
  CHECK_FALSE(model_version(catalogue, 1, 2));
  CHECK(update_model_version(catalogue, model_version(catalogue, 1, 3)->id, {.comment = "c"}, at(6)));
  CHECK(model_version(catalogue, 1, 3)->comment == "c");
}

TEST_CASE("only a COMPLETED checkpoint is registered, and an experiment with a registered one stays") {
  Registry catalogue;
  catalogue.add_version("a");
  CHECK(checkpoint_by_id(catalogue, "a")->registered);
  CHECK(registration_of(catalogue, "a")->model == "m");
  CHECK(gc_candidates(catalogue, 1).front().registered);
  CHECK(thrown([&] { remove_experiment(catalogue, 1); }).message ==
        "checkpoint a of experiment 1 is registered as version 1 of model 'm'");
  set_checkpoint_state(catalogue, "b", det::model::CheckpointState::deleted);
  CHECK(thrown([&] { catalogue.add_version("b"); }).failure == Failure::usage);
  CHECK(thrown([&] { catalogue.add_version("c"); }).failure == Failure::not_found);
}

TEST_CASE("a checkpoint of which files are to go is not registered until that has ended") {
  Registry catalogue;
  const auto entry = begin_deletion(catalogue, "a", "files\ncode/**", at(1));
  const auto refused = thrown([&] { catalogue.add_version("a"); });
  CHECK(refused.failure == Failure::usage);
  CHECK(refused.message == "files of checkpoint a are being removed: only a whole one can be registered");
  CHECK(catalogue.add_version("b").number == 1);
  finish_deletion(catalogue, entry, "some files are left", at(2));
  CHECK(catalogue.add_version("a").number == 2);
}

TEST_CASE("a deletion is unfinished until its outcome is known") {
  Catalogue catalogue;
  const auto first = begin_deletion(catalogue, "a", "policy", at(1));
  begin_deletion(catalogue, "b", "asked", at(2));
  finish_deletion(catalogue, first, "deleted", at(3));
  const auto open = unfinished_deletions(catalogue);
  REQUIRE(open.size() == 1);
  CHECK(open[0].checkpoint_id == "b");
  CHECK(open[0].reason == "asked");
  CHECK(open[0].begun == at(2));
}
