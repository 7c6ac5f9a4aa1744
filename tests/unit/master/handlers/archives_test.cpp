#include <catch2/catch.hpp>
#include <filesystem>

#include "master/leases.hpp"
#include "master/repository/checkpoints.hpp"
#include "storage/tar_reader.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/master/handlers/master_fixture.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using master::BodyStream;
using master::Response;

constexpr const char* first = "00000000-0000-4000-8000-000000000001";

// A master with one checkpoint, whose files lie below its only storage root.
struct Scene {
  TemporaryDirectory top;
  fs::path storage = top / "storage";
  MasterFixture master;

  Scene() {
    fs::create_directory(storage);
    master.services().storage_roots = master::StorageRoots({storage});
    model::ExperimentRecord experiment;
    experiment.configuration = R"({"checkpoint_storage":{"type":"directory","container_path":")" +
                               storage.native() + R"("},"searcher":{"metric":"loss"}})";
    master.add_checkpoint(master.add_trial(master.add_experiment(experiment)), first, 100);
  }

  void add_files() const {
    write_file(storage / first / "model.pt", "0123456789");
    write_file(storage / first / "code/a.py", "abc");
    fs::create_directory(storage / first / "empty");
  }

  Response asked(const std::string& uuid, const std::string& accept = "") {
    master::Request request{.method = "GET",
                            .path = "/checkpoints/" + uuid,
                            .headers = {{"Host", "localhost"}, {"Authorization", "Bearer " + master.token}}};
    if (!accept.empty()) request.headers.push_back({"Accept", accept});
    Response came{.status = 0};
    master::api(master.services(), {"localhost"})(
        request, master::Responder([&](Response answer) { came = std::move(answer); }));
    return came;
  }
};

std::string header(const Response& response, const std::string& name) {
  for (const auto& one : response.headers) {
    if (one.name == name) return one.value;
  }
  return "(none)";
}

std::string body(const Response& response) {
  if (!response.stream) return response.body;
  std::string text;
  for (std::string piece; response.stream->next(piece) == BodyStream::Step::more; piece.clear())
    text += piece;
  return text;
}

std::vector<std::string> names(const std::string& tar) {
  bool given = false;
  storage::TarReader reader([&]() -> std::string_view {
    if (std::exchange(given, true)) return {};
    return tar;
  });
  std::vector<std::string> all;
  while (const auto entry = reader.next()) all.push_back(entry->path);
  return all;
}

TEST_CASE("whoever accepts tar, or anything, gets a tar of the files by name, and its length") {
  Scene scene;
  scene.add_files();
  const auto accept = GENERATE("", "application/x-tar", "*/*", "application/*");
  const auto response = scene.asked(first, accept);
  CHECK(response.status == 200);
  CHECK(header(response, "Content-Type") == "application/x-tar");
  const auto tar = body(response);
  CHECK(response.length == tar.size());
  CHECK(names(tar) == std::vector<std::string>{"code/a.py", "model.pt"});
}

TEST_CASE("gzip and zip come without a length") {
  Scene scene;
  scene.add_files();
  const auto gzip = scene.asked(first, "application/gzip");
  CHECK(header(gzip, "Content-Type") == "application/gzip");
  CHECK_FALSE(gzip.length);
  CHECK(body(gzip).starts_with("\x1f\x8b"));
  const auto zip = scene.asked(first, "application/zip");
  CHECK(header(zip, "Content-Type") == "application/zip");
  CHECK_FALSE(zip.length);
  CHECK(body(zip).starts_with("PK\x03\x04"));
}

TEST_CASE("what cannot be downloaded is refused in a real master's words") {
  Scene scene;
  const auto refused = [&](const std::string& uuid, const std::string& accept) {
    const auto response = scene.asked(uuid, accept);
    const auto message = model::Json::parse(response.body).at("message").get<std::string>();
    return std::to_string(response.status) + " " + message;
  };
  CHECK(refused(first, "application/json") ==
        "415 unsupported media type to download a checkpoint: 'application/json'");
  CHECK(refused(first, "application/gzip, application/zip") ==
        "415 unsupported media type to download a checkpoint: 'application/gzip, application/zip'");
  CHECK(refused("not-a-uuid", "application/gzip") ==
        "400 unable to parse checkpoint UUID not-a-uuid: invalid UUID length: 10");
  CHECK(refused(uuid(7), "") == "404 checkpoint '" + uuid(7) + "' not found");
  const auto missing = "lstat " + (scene.storage / first).native() + "/: no such file or directory";
  CHECK(refused(first, "application/x-tar") ==
        "500 unable to list checkpoint " + std::string(first) + " files: " + missing);
  CHECK(refused(first, "application/zip") == "500 unable to download checkpoint " + std::string(first) +
                                                 ": checkpoint archive failed, please verify that file "
                                                 "system checkpoint storage is available to the "
                                                 "server: " +
                                                 missing);
}

TEST_CASE("files outside the storage roots are not served, and links in a checkpoint neither") {
  Scene scene;
  scene.add_files();
  write_file(scene.top / "secret", "secret");
  fs::create_symlink(scene.top / "secret", scene.storage / first / "link");
  CHECK(body(scene.asked(first)).find("secret") == std::string::npos);
  fs::rename(scene.storage / first, scene.top / "moved");
  fs::create_symlink(scene.top / "moved", scene.storage / first);
  CHECK(scene.asked(first).status == 500);
  scene.master.services().storage_roots = master::StorageRoots({scene.top / "other"});
  const auto outside = scene.asked(first);
  CHECK(outside.status == 500);
  CHECK(outside.body.find("lies outside this master's storage roots") != std::string::npos);
}

TEST_CASE("a checkpoint is held while it is downloaded, and a deleted one is not found") {
  Scene scene;
  scene.add_files();
  auto& leases = scene.master.services().leases;
  {
    const auto response = scene.asked(first);
    CHECK_FALSE(leases.for_removal(first));
  }
  const auto removal = leases.for_removal(first);
  CHECK(removal);
  CHECK(scene.asked(first).status == 404);
  scene.master.database().write([](master::Connection& connection) {
    master::repository::set_checkpoint_state(connection, first, model::CheckpointState::deleted);
  });
  CHECK(scene.asked(first).status == 404);
}

TEST_CASE("who is not signed in gets no files") {
  Scene scene;
  scene.add_files();
  scene.master.token = "wrong";
  CHECK(scene.asked(first).status == 401);
}

}  // namespace
}  // namespace det::testing
