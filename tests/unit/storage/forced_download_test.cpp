#include <catch2/catch.hpp>

#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using storage::Outcome;

// A download by force to a target that holds something else.
struct Forced : Scene {
  Forced() {
    add("model.pt", "weights");
    add("code/train.py", "x");
    options.force = true;
    fs::create_directories(target);
    write_file(outside() / "kept", "outside");
  }

  fs::path outside() const { return root() / "outside"; }

  void require_whole() const {
    CHECK(read_file(target / "model.pt") == "weights");
    CHECK(read_file(target / "code/train.py") == "x");
    CHECK(read_file(target / "metadata.json") == "{}");
    CHECK(storage::read_receipt(target)->checkpoint_id == checkpoint.id);
    CHECK(tree(outside()) == Names{"kept"});
    CHECK(read_file(outside() / "kept") == "outside");
    CHECK(tree(target.parent_path()).front() == "best/");
  }
};

TEST_CASE("by force, foreign files stay beside the checkpoint, and one of the same name is replaced") {
  Forced scene;
  write_file(scene.target / "thesis.tex", "mine");
  write_file(scene.target / "photos/cat", "mine");
  write_file(scene.target / "model.pt", "another model");
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
  CHECK(read_file(scene.target / "thesis.tex") == "mine");
  CHECK(read_file(scene.target / "photos/cat") == "mine");
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("by force, a file of the right size in a foreign target is not trusted") {
  Forced scene;
  write_file(scene.target / "thesis.tex", "mine");
  write_file(scene.target / "model.pt", "WEIGHTS");
  scene.download_directly();
  scene.require_whole();
}

TEST_CASE("by force, another checkpoint of the same names and sizes is replaced") {
  Forced scene;
  Forced other;
  other.target = scene.target;
  other.checkpoint.id = "b";
  fs::remove_all(other.stored());
  write_file(other.stored() / "model.pt", "WEIGHTS");
  write_file(other.stored() / "code/train.py", "X");
  other.checkpoint.metadata = model::Json{{"of", "another"}};
  other.list("extra");
  write_file(other.stored() / "extra", "");
  other.download_directly();
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
  CHECK(fs::exists(scene.target / "extra"));
}

TEST_CASE("by force, links in the way are replaced, and where they lead is not touched") {
  Forced scene;
  fs::create_symlink(scene.outside() / "kept", scene.target / "model.pt");
  fs::create_symlink(scene.outside(), scene.target / "code");
  fs::create_symlink(scene.outside() / "kept", scene.target / "metadata.json");
  fs::create_symlink(scene.outside() / "kept", scene.target / "det-receipt.json");
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
  CHECK_FALSE(fs::is_symlink(scene.target / "code"));
  CHECK_FALSE(fs::is_symlink(scene.target / "model.pt"));
}

TEST_CASE("by force, a file gives way to a folder, and an empty folder to a file") {
  Forced scene;
  scene.add("deep/er/down", "y");
  write_file(scene.target / "code", "mine");
  write_file(scene.target / "deep/er", "mine");
  fs::create_directory(scene.target / "model.pt");
  CHECK(scene.download_directly() == Outcome::downloaded);
  scene.require_whole();
  CHECK(read_file(scene.target / "deep/er/down") == "y");
}

TEST_CASE("by force, a folder with something in it does not give way to a file") {
  Forced scene;
  write_file(scene.target / "model.pt/mine", "mine");
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::held);
  CHECK(error.message == scene.target.native() + " holds something else: it is in the way of \"model.pt\"");
  CHECK(read_file(scene.target / "model.pt/mine") == "mine");
  CHECK_FALSE(fs::exists(scene.target / "det-receipt.json"));
}

TEST_CASE("by force, a complete checkpoint is complete") {
  Forced scene;
  scene.options.force = false;
  scene.download_directly();
  write_file(scene.target / "notes.txt", "mine");
  fs::remove_all(scene.storage());
  scene.options.force = true;
  CHECK(scene.download_directly() == Outcome::already_complete);
}

}  // namespace
}  // namespace det::testing
