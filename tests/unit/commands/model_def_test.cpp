#include <catch2/catch.hpp>
#include <string>

#include "commands/registry_entries.hpp"
#include "tests/support/fake_master.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/commands/ran_command.hpp"

using namespace det;
using testing::read_file;
using testing::thrown;
using testing::tree;
using Names = std::vector<std::string>;

namespace {

// tar.gz of model_def.py ("print()\n") and of a name that leaves the directory, in base64.
const std::string honest =
    "H4sIAAAAAAACA8vNT0nNiU9JTdMrqGSgETAAAjMTEzANBOi0gYEhEhskbmhgZGTCoGDAQAdQWlySWAS0nmFkgoKizLwSDU0u"
    "hlEwCkbBKBgFIwoAAJEeq6QACAAA";
const std::string hostile =
    "H4sIAAAAAAACA9PT088vLdErqGSgHTAAAjMTEzANBOg0EBgisUHi5sbGBgwKBgx0AKXFJYlFQCsZRiaoYBgFo2AUjIJRMBIB"
    "AGiJCTEACAAA";

struct Fixture {
  Fixture() {
    context.current_master = &master;
    master.packed_definition = honest;
  }
  std::string download() {
    return testing::ran(commands::experiment_download_model_def,
                        {"3", "--output-dir", (folder / "out").string()}, context);
  }

  testing::FakeMaster master;
  testing::FakeContext context;
  testing::TemporaryDirectory folder;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a model definition comes as the archive that it is, and unpacked") {
  CHECK(download().empty());
  CHECK(tree(folder / "out") == Names{"experiment_3_model_def.tgz", "experiment_3_model_def/",
                                      "experiment_3_model_def/model_def.py"});
  CHECK(read_file(folder / "out/experiment_3_model_def/model_def.py") == "print()\n");
  CHECK(read_file(folder / "out/experiment_3_model_def.tgz").size() == 93);
  CHECK(context.told.str() == "unpacked into " + (folder / "out/experiment_3_model_def").string() + "\n");
}

TEST_CASE_METHOD(Fixture, "the same once more is fine, and a directory that holds another stays as it is") {
  download();
  download();
  testing::write_file(folder / "out/experiment_3_model_def/model_def.py", "mine");
  testing::write_file(folder / "out/experiment_3_model_def.tgz", "old");
  context.told.str("");
  download();
  CHECK(read_file(folder / "out/experiment_3_model_def/model_def.py") == "mine");
  CHECK(read_file(folder / "out/experiment_3_model_def.tgz").size() == 93);
  CHECK(context.told.str() == "not unpacked: " + (folder / "out/experiment_3_model_def").string() +
                                  " holds something else, and was left as it is\n");
}

TEST_CASE_METHOD(Fixture, "what is refused leaves no file under any name") {
  const auto refused = [&](const std::string& packed) {
    master.packed_definition = packed;
    return thrown([&] { download(); }).failure;
  };
  CHECK(refused(hostile) == Failure::integrity);
  CHECK(refused("AAAA") == Failure::integrity);
  CHECK(refused("not base64") == Failure::master);
  CHECK(refused("") == Failure::not_found);
  CHECK(tree(folder / "out").empty());
}
