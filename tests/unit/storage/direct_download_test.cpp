#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <optional>

#include "http/cancellation.hpp"
#include "storage/directory_route.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

// What is wrong with a direct download, after which nothing may stay.
Error refusal_of(Scene& scene) {
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(tree(scene.root() / "downloads").empty());
  return error;
}

TEST_CASE("a direct download brings the listed files, empty folders and a receipt") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.add("code/train.py", "import torch\n");
  scene.add("metadata.json", "{}");
  scene.add("empty.txt", "");
  scene.list("logs/");
  CHECK(scene.download_directly() == storage::Outcome::downloaded);
  CHECK(tree(scene.root() / "downloads") == Names{"best/", "best/code/", "best/code/train.py",
                                                  "best/det-receipt.json", "best/empty.txt", "best/logs/",
                                                  "best/metadata.json", "best/model.pt"});
  CHECK(read_file(scene.target / "model.pt") == "weights");
  CHECK(read_file(scene.target / "code/train.py") == "import torch\n");
  CHECK(scene.progress.events == Names{"started " + scene.checkpoint.id + " 4 22", "finished"});
  CHECK(scene.progress.advanced_bytes == 22);
}

TEST_CASE("the receipt of a download names its source, its choice and its files") {
  Scene scene;
  scene.add("metadata.json", "{}");
  scene.download_directly();
  const auto receipt = storage::read_receipt(scene.target);
  REQUIRE(receipt);
  CHECK(receipt->source_address == "http://master:8080");
  CHECK(receipt->experiment_id == "5");
  CHECK(receipt->trial_id == "6");
  CHECK(receipt->checkpoint_id == scene.checkpoint.id);
  CHECK(receipt->steps_completed == 500);
  CHECK(receipt->choice.metric == "loss");
  CHECK(receipt->choice.value == 0.25);
  CHECK(receipt->choice.rank == 1);
  CHECK(receipt->route == "directory " + scene.stored().native());
  CHECK(receipt->downloaded_at == "1970-01-02T00:00:00Z");
  CHECK(receipt->metadata_origin == storage::MetadataOrigin::checkpoint);
  REQUIRE(receipt->files.size() == 1);
  CHECK(receipt->files[0].path == "metadata.json");
  CHECK(receipt->files[0].size_bytes == 2);
}

TEST_CASE("modification times and the right to execute come along") {
  Scene scene;
  scene.add("run.sh", "#!/bin/sh\n");
  const auto before = fs::file_time_type::clock::now() - std::chrono::hours(1000);
  fs::last_write_time(scene.stored() / "run.sh", before);
  fs::permissions(scene.stored() / "run.sh", fs::perms::owner_exec, fs::perm_options::add);
  scene.download_directly();
  CHECK(fs::last_write_time(scene.target / "run.sh") == before);
  CHECK((fs::status(scene.target / "run.sh").permissions() & fs::perms::owner_exec) != fs::perms::none);
}

TEST_CASE("a second download of a complete checkpoint asks for nothing") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.download_directly();
  const auto receipt = scene.receipt();
  fs::remove_all(scene.storage());
  scene.progress = {};
  CHECK(scene.download_directly() == storage::Outcome::already_complete);
  CHECK(scene.progress.events.empty());
  CHECK(scene.receipt() == receipt);
}

TEST_CASE("a file that the list does not name is not copied") {
  Scene scene;
  scene.add("model.pt", "weights");
  write_file(scene.stored() / "notes.txt", "later");
  scene.download_directly();
  CHECK(tree(scene.target) == Names{"det-receipt.json", "metadata.json", "model.pt"});
}

TEST_CASE("without a list, everything that lies there is copied") {
  Scene scene;
  write_file(scene.stored() / "a/b/model.pt", "weights");
  write_file(scene.stored() / "other", "x");
  fs::create_directories(scene.stored() / "empty/folder");
  fs::create_symlink("a/b/model.pt", scene.stored() / "alias");
  CHECK(scene.download_directly() == storage::Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"a/", "a/b/", "a/b/model.pt", "alias", "det-receipt.json", "empty/",
                                    "empty/folder/", "metadata.json", "other"});
  CHECK(read_file(scene.target / "alias") == "weights");
  CHECK(scene.download_directly() == storage::Outcome::already_complete);
}

TEST_CASE("without a list, a link to a folder is refused, since it could lead back up") {
  Scene scene;
  fs::create_symlink(".", scene.stored() / "loop");
  const auto error = refusal_of(scene);
  CHECK(error.failure == Failure::storage);
  CHECK(error.cause == "\"loop\" in " + scene.stored().native() + " is a link to a folder");
}

TEST_CASE("a listed file that is missing, or of another size, is named") {
  Scene scene;
  scene.list("model.pt", 7);
  const auto missing = refusal_of(scene);
  CHECK(missing.failure == Failure::storage);
  CHECK(missing.message == "by directory " + scene.stored().native() + ": \"model.pt\" in " +
                               scene.stored().native() + " is on the list and is missing");
  write_file(scene.stored() / "model.pt", "short");
  const auto shorter = refusal_of(scene);
  CHECK(shorter.failure == Failure::integrity);
  CHECK(shorter.cause == "\"model.pt\" in " + scene.stored().native() + " has 5 bytes, the list says 7");
}

TEST_CASE("when a file's size contradicts the list, what was copied before it does not stay") {
  Scene scene;
  scene.add("first.pt", "weights");
  scene.list("second.pt", 1);
  write_file(scene.stored() / "second.pt", "longer");
  CHECK(refusal_of(scene).failure == Failure::integrity);
}

TEST_CASE("a link inside the stored checkpoint is read, one that leads out is refused") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.list("alias", 7);
  fs::create_symlink("model.pt", scene.stored() / "alias");
  scene.download_directly();
  CHECK(read_file(scene.target / "alias") == "weights");
  CHECK_FALSE(fs::is_symlink(scene.target / "alias"));

  Scene hostile;
  hostile.list("secret", 6);
  write_file(hostile.root() / "outside", "secret");
  fs::create_symlink("../../outside", hostile.stored() / "secret");
  const auto error = refusal_of(hostile);
  CHECK(error.failure == Failure::storage);
  CHECK(error.cause ==
        "\"secret\" in " + hostile.stored().native() + " is a link that leads out of the checkpoint");
}

TEST_CASE("a fifo or a folder in the place of a file is refused, without waiting") {
  Scene scene;
  scene.list("model.pt", 0);
  REQUIRE(mkfifo((scene.stored() / "model.pt").c_str(), 0600) == 0);
  CHECK(refusal_of(scene).cause == "\"model.pt\" in " + scene.stored().native() + " is not a regular file");
  fs::remove(scene.stored() / "model.pt");
  fs::create_directory(scene.stored() / "model.pt");
  CHECK(refusal_of(scene).cause == "\"model.pt\" in " + scene.stored().native() + " is not a regular file");
}

TEST_CASE("a list with a hostile name is refused before anything is touched") {
  Scene scene;
  scene.list("../outside", 1);
  CHECK(refusal_of(scene).failure == Failure::integrity);
  CHECK(tree(scene.root()) == Names{"storage/", "storage/" + scene.checkpoint.id + "/"});
}

TEST_CASE("the first place that holds the checkpoint is read") {
  Scene scene;
  scene.add("model.pt", "weights");
  const auto route =
      storage::directory_route({scene.root() / "nowhere", scene.storage()}, scene.checkpoint.id, scene.never);
  CHECK(route->reachable());
  CHECK(route->description() == "directory " + scene.stored().native());
  const auto nowhere = storage::directory_route({"/nowhere/a", "/nowhere/b"}, "u", scene.never);
  CHECK_FALSE(nowhere->reachable());
  CHECK(nowhere->description() == "directory /nowhere/a/u or /nowhere/b/u");
  CHECK(thrown([&] { storage::directory_route({scene.storage()}, "../x", scene.never); }).failure ==
        Failure::integrity);
}

TEST_CASE("when the directory is not there, the master is asked; when both fail, both causes are told") {
  Scene scene;
  scene.list("metadata.json", 2);
  const auto routes = [&](const std::string& tar) {
    std::vector<std::unique_ptr<storage::Route>> both;
    both.push_back(storage::directory_route({scene.root() / "nowhere"}, scene.checkpoint.id, scene.never));
    both.push_back(scene.tar_route(tar));
    return both;
  };
  const auto place = (scene.root() / "nowhere" / scene.checkpoint.id).native();
  const auto error = thrown([&] { scene.download_by(routes(tar_end())); });
  CHECK(error.failure == Failure::integrity);
  CHECK(error.message == "by directory " + place + ": the files of checkpoint " + scene.checkpoint.id +
                             " are not in " + place +
                             " on this machine; by master http://master:8080: the archive lacks "
                             "\"metadata.json\", which the list names");
  CHECK(scene.progress.events == Names{"started " + scene.checkpoint.id + " 1 2", "finished"});
  CHECK(scene.download_by(routes(member({"metadata.json", "{}"}) + tar_end())) ==
        storage::Outcome::downloaded);
  CHECK(storage::read_receipt(scene.target)->route == "master http://master:8080");
}

TEST_CASE("what the first route brought is not written again by the second") {
  Scene scene;
  scene.add("a", "1");
  scene.list("b", 1);
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(scene.direct_route());
  routes.push_back(scene.tar_route(member({"a", "X"}) + member({"b", "2"}) + tar_end()));
  CHECK(scene.download_by(std::move(routes)) == storage::Outcome::downloaded);
  CHECK(read_file(scene.target / "a") == "1");
  CHECK(scene.progress.events == Names{"started " + scene.checkpoint.id + " 2 2", "finished",
                                       "started " + scene.checkpoint.id + " 1 1", "finished"});
}

// Stops the work once there is something to stop.
class Stops final : public http::Cancellation {
 public:
  void check() const override {
    if (stopped) throw Error(Failure::interrupted, "interrupted");
  }
  int wake_descriptor() const override { return -1; }
  std::optional<std::chrono::milliseconds> remaining() const override { return std::nullopt; }

  bool stopped = false;
};

TEST_CASE(
    "what was copied before an interrupt is taken over only while its bytes are those that were copied") {
  Scene scene;
  scene.add("a", "one");
  scene.add("b", "two");
  Stops stops;
  scene.progress.on_advance = [&] { stops.stopped = scene.progress.files_done == 0; };
  std::vector<std::unique_ptr<storage::Route>> routes;
  routes.push_back(storage::directory_route({scene.storage()}, scene.checkpoint.id, stops));
  CHECK(thrown([&] { scene.download_by(std::move(routes)); }).failure == Failure::interrupted);
  const auto staged = scene.root() / "downloads/.best.det-partial/files/a";
  REQUIRE(read_file(staged) == "one");
  write_file(staged, "bad");  // as a disk that lost power leaves it
  CHECK(scene.download_directly() == storage::Outcome::downloaded);
  CHECK(read_file(scene.target / "a") == "one");
}

TEST_CASE("only a COMPLETED or PARTIALLY_DELETED checkpoint is downloaded") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.checkpoint.state = model::CheckpointState::deleted;
  const auto deleted = refusal_of(scene);
  CHECK(deleted.failure == Failure::not_found);
  CHECK(deleted.message == "checkpoint " + scene.checkpoint.id + " is DELETED: its files are gone");
  scene.checkpoint.state = model::CheckpointState::active;
  scene.checkpoint.state_word = "ACTIVE";
  const auto active = refusal_of(scene);
  CHECK(active.failure == Failure::nothing_selected);
  CHECK(active.message ==
        "only COMPLETED or PARTIALLY_DELETED checkpoints can be downloaded; the state of checkpoint " +
            scene.checkpoint.id + " is ACTIVE");
  scene.checkpoint.state = model::CheckpointState::partially_deleted;
  CHECK(scene.download_directly() == storage::Outcome::downloaded);
}

TEST_CASE(
    "a checkpoint with neither metadata.json nor MLmodel gets metadata.json from what its source says") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.checkpoint.metadata = model::Json{{"steps_completed", 500}};
  scene.download_directly();
  CHECK(read_file(scene.target / "metadata.json") == "{\n  \"steps_completed\": 500\n}");
  CHECK(storage::read_receipt(scene.target)->metadata_origin == storage::MetadataOrigin::written);
  CHECK(scene.download_directly() == storage::Outcome::already_complete);

  Scene oldest;
  oldest.add("MLmodel", "x");
  oldest.download_directly();
  CHECK(tree(oldest.target) == Names{"MLmodel", "det-receipt.json"});
}

TEST_CASE("a payload's own receipt is kept under another name and never taken as a mark") {
  Scene scene;
  scene.add("det-receipt.json", "{\"version\": 1}");
  scene.add("metadata.json", "{}");
  scene.download_directly();
  CHECK(tree(scene.target) == Names{"det-receipt.json", "det-receipt.json.from-checkpoint", "metadata.json"});
  CHECK(read_file(scene.target / "det-receipt.json.from-checkpoint") == "{\"version\": 1}");
  CHECK(scene.download_directly() == storage::Outcome::already_complete);
}

}  // namespace
}  // namespace det::testing
