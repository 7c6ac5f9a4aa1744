#include <catch2/catch.hpp>

#include "storage/file_selection.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/tar_writer.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using storage::Outcome;

struct ManyKinds : Scene {
  ManyKinds() {
    add("model.pt", "weights");
    add("optimizer.pt", "momentum");
    add("code/train.py", "x");
    add("code/old/train.py", "y");
    add("metadata.json", "{}");
    list("logs/");
    fs::create_directory(stored() / "logs");
  }

  std::string tar() const {
    std::string text = folder("code") + folder("logs");
    for (const auto& file : checkpoint.files) {
      if (!file.path.ends_with('/')) text += member({file.path, read_file(stored() / file.path)});
    }
    return text + tar_end();
  }

  Names recorded() const {
    Names paths;
    const auto receipt = storage::read_receipt(target).value();
    for (const auto& file : receipt.files) paths.push_back(file.path);
    return paths;
  }

  static std::string folder(const std::string& path) {
    return member({.name = path + "/", .contents = "", .type = '5'});
  }
};

TEST_CASE("globs choose by the whole path, and what is excluded is out") {
  const auto wants = [](const Names& include, const Names& exclude, std::string_view path) {
    return storage::is_wanted(path, {.include = include, .exclude = exclude});
  };
  CHECK(wants({}, {}, "a/b"));
  CHECK(wants({"*.pt"}, {}, "model.pt"));
  CHECK_FALSE(wants({"*.pt"}, {}, "a/model.pt"));
  CHECK(wants({"**/*.pt"}, {}, "a/model.pt"));
  CHECK(wants({"x", "a/**"}, {}, "a/b/c"));
  CHECK_FALSE(wants({"a/**"}, {"a/b/*"}, "a/b/c"));
  CHECK_FALSE(wants({}, {"logs"}, "logs/"));
}

TEST_CASE("only what is wanted is fetched, and the receipt says so") {
  ManyKinds scene;
  scene.options.include = {"*.pt", "code/**"};
  scene.options.exclude = {"optimizer*", "code/old/*"};
  const bool packed = GENERATE(false, true);
  const auto tar = scene.tar();
  const auto download = [&] { return packed ? scene.download_tar(tar) : scene.download_directly(); };
  CHECK(download() == Outcome::downloaded);
  CHECK(tree(scene.target) == Names{"code/", "code/train.py", "det-receipt.json", "model.pt"});
  CHECK(scene.recorded() == Names{"model.pt", "code/train.py"});
  const auto receipt = storage::read_receipt(scene.target).value();
  CHECK(receipt.selection == storage::FileSelection{{"*.pt", "code/**"}, {"optimizer*", "code/old/*"}});
  CHECK(scene.progress.events == Names{"started " + scene.checkpoint.id + " 2 8", "finished"});
  fs::remove_all(scene.storage());
  CHECK(scene.download_directly() == Outcome::already_complete);
}

TEST_CASE("a later run brings the rest, and only that") {
  ManyKinds scene;
  scene.options.include = {"model.pt"};
  scene.download_directly();
  scene.options.include = {};
  scene.progress = {};
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.progress.advanced_bytes == 12);
  CHECK_FALSE(storage::read_receipt(scene.target)->selection);
  CHECK(scene.recorded().size() == 5);
  CHECK(fs::is_directory(scene.target / "logs"));
  scene.options.include = {"model.pt"};
  CHECK(scene.download_directly() == Outcome::already_complete);
  CHECK_FALSE(storage::read_receipt(scene.target)->selection);
}

TEST_CASE("another selection adds to the first, until nothing is left out") {
  ManyKinds scene;
  scene.options.include = {"model.pt", "logs"};
  scene.download_directly();
  scene.options.include = {"*.json"};
  scene.download_directly();
  CHECK(scene.recorded() == Names{"model.pt", "metadata.json"});
  CHECK(storage::read_receipt(scene.target)->selection == storage::FileSelection{{"*.json"}, {}});
  scene.options.include = {"optimizer.pt", "code/**"};
  scene.download_directly();
  CHECK(scene.recorded().size() == 5);
  CHECK_FALSE(storage::read_receipt(scene.target)->selection);
}

TEST_CASE("a metadata.json that is left out is not written anew") {
  ManyKinds scene;
  scene.checkpoint.metadata = model::Json{{"steps_completed", 500}};
  scene.options.exclude = {"metadata.json"};
  scene.download_directly();
  CHECK_FALSE(fs::exists(scene.target / "metadata.json"));
  CHECK(storage::read_receipt(scene.target)->metadata_origin == storage::MetadataOrigin::checkpoint);
}

TEST_CASE("without a list, what lies there is chosen from, and a later run brings the rest") {
  ManyKinds scene;
  scene.checkpoint.files.clear();
  scene.options.include = {"**/*.py"};
  const bool packed = GENERATE(false, true);
  scene.list("code/train.py");
  const auto tar = ManyKinds{}.tar();
  scene.checkpoint.files.clear();
  const auto download = [&] { return packed ? scene.download_tar(tar) : scene.download_directly(); };
  CHECK(download() == Outcome::downloaded);
  CHECK(scene.recorded() == Names{"code/old/train.py", "code/train.py"});
  CHECK(download() == Outcome::already_complete);
  scene.options.include = {};
  scene.progress = {};
  CHECK(download() == Outcome::downloaded);
  CHECK(scene.progress.advanced_bytes == 17);
  CHECK(scene.recorded().size() == 5);
  CHECK(read_file(scene.target / "metadata.json") == "{}");
  CHECK_FALSE(storage::read_receipt(scene.target)->metadata_file);
  CHECK(download() == Outcome::already_complete);
}

TEST_CASE("a selection that leaves nothing is refused before anything is asked for") {
  ManyKinds scene;
  scene.options.include = {"*.safetensors"};
  const auto error = thrown([&] { scene.download_directly(); });
  CHECK(error.failure == Failure::nothing_selected);
  CHECK(error.message ==
        "no file of checkpoint " + scene.checkpoint.id + " is left by --include and --exclude");
  CHECK_FALSE(fs::exists(scene.target));
}

TEST_CASE("what a target without receipt holds beyond the selection is kept") {
  ManyKinds scene;
  write_file(scene.target / "model.pt", "weights");
  scene.options.include = {"*.json"};
  CHECK(scene.download_directly() == Outcome::downloaded);
  CHECK(scene.recorded() == Names{"model.pt", "metadata.json"});
}

}  // namespace
}  // namespace det::testing
