#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"

namespace det::testing {
namespace {

using Names = std::vector<std::string>;

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

TEST_CASE("a second download of a complete checkpoint asks for nothing") {
  Scene scene;
  scene.add("model.pt", "weights");
  scene.download_directly();
  const auto receipt = scene.receipt();
  std::filesystem::remove_all(scene.storage());
  scene.progress = {};
  CHECK(scene.download_directly() == storage::Outcome::already_complete);
  CHECK(scene.progress.events.empty());
  CHECK(scene.receipt() == receipt);
}

}  // namespace
}  // namespace det::testing
