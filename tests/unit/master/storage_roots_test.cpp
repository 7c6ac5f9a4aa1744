#include "master/storage_roots.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "master/removal.hpp"
#include "model/error.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

namespace fs = std::filesystem;
using master::StorageRoots;

model::StorageConfiguration of_type(const std::string& type) {
  model::StorageConfiguration storage;
  storage.type = type;
  return storage;
}

model::StorageConfiguration directory_storage(const std::string& path) {
  auto storage = of_type("directory");
  storage.container_path = path;
  return storage;
}

model::StorageConfiguration shared_fs(const std::string& host, std::optional<std::string> path) {
  auto storage = of_type("shared_fs");
  storage.host_path = host;
  storage.storage_path = std::move(path);
  return storage;
}

std::string refusal(const StorageRoots& roots, const model::StorageConfiguration& storage) {
  const auto error = thrown([&] { roots.open(storage); });
  CHECK(error.failure == Failure::usage);
  return error.message;
}

TEST_CASE("storage at or below a root is opened, also when it does not exist yet") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data/checkpoints");
  const StorageRoots roots({top / "data"});
  const auto data = (top / "data").native();
  CHECK(roots.open(shared_fs(data, "checkpoints"))->address() == data + "/checkpoints");
  CHECK(roots.open(shared_fs(data, std::nullopt))->address() == data);
  CHECK(roots.open(shared_fs(data + "/", data + "/checkpoints/"))->address() == data + "/checkpoints");
  CHECK(roots.open(directory_storage(data + "/later/on"))->address() == data + "/later/on");
}

TEST_CASE("storage elsewhere is refused in a sentence") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data");
  fs::create_directories(top / "database");
  const StorageRoots roots({top / "data"});
  const auto outside = (top / "database").native();
  CHECK(refusal(roots, directory_storage(outside)) ==
        "its storage " + outside + " lies outside this master's storage roots");
  CHECK(refusal(roots, shared_fs((top / "data").native(), "../database")) ==
        "its storage_path leads out of its host_path");
  CHECK(refusal(roots, shared_fs((top / "data").native(), "/etc")) ==
        "its storage_path leads out of its host_path");
  CHECK(refusal(roots, directory_storage((top / "data/../database").native())) ==
        "its storage " + outside + " lies outside this master's storage roots");
  CHECK(refusal(roots, directory_storage("data")) == "its storage names no absolute container_path");
  CHECK(refusal(roots, shared_fs("", "x")) == "its storage names no absolute host_path");
  CHECK(refusal(roots, of_type("hdfs")) == "its storage is of type 'hdfs', which this master does not touch");
  CHECK(refusal(StorageRoots(), directory_storage((top / "data").native())).ends_with("storage roots"));
}

TEST_CASE("a link below a root that leads elsewhere is as good as elsewhere") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data/real");
  fs::create_directories(top / "outside");
  fs::create_symlink(top / "outside", top / "data/out");
  fs::create_symlink("real", top / "data/in");
  fs::create_symlink(top / "data", top / "alias");
  const StorageRoots roots({top / "data"});
  const auto real = (top / "data/real").native();
  CHECK(refusal(roots, directory_storage((top / "data/out").native())).ends_with("storage roots"));
  CHECK(refusal(roots, directory_storage((top / "data/out/deeper").native())).ends_with("storage roots"));
  CHECK(roots.open(directory_storage((top / "data/in").native()))->address() == real);
  CHECK(roots.open(directory_storage((top / "alias/real").native()))->address() == real);
  CHECK(StorageRoots({top / "alias"}).open(directory_storage((top / "data/real").native()))->address() ==
        real);
}

model::StorageConfiguration s3_storage(const std::string& bucket, const std::string& prefix,
                                       const std::string& endpoint) {
  auto storage = of_type("s3");
  storage.bucket = bucket;
  storage.prefix = prefix;
  storage.endpoint_url = endpoint;
  return storage;
}

model::StorageConfiguration gcs_storage(const std::string& bucket, const std::string& prefix) {
  auto storage = s3_storage(bucket, prefix, "");
  storage.type = "gcs";
  return storage;
}

model::StorageConfiguration azure_storage(const std::string& container, const std::string& connection) {
  auto storage = of_type("azure");
  storage.container = container;
  storage.connection_string = connection;
  return storage;
}

// A master's own object storage, and a network of which nothing is asked but what a test expects.
struct Cloud {
  std::map<std::string, std::string> variables = {};
  std::shared_ptr<FakeTransport> network = std::make_shared<FakeTransport>();

  StorageRoots roots(const model::StorageConfiguration& own) {
    const auto environment = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    const auto surroundings = [this, environment] {
      return storage::Surroundings{.environment = environment, .home = {}, .transport = network, .now = [] {
                                     return std::chrono::system_clock::from_time_t(1369353600);
                                   }};
    };
    return StorageRoots({}, master::ObjectRoot{.configuration = own, .surroundings = surroundings});
  }
};

const std::string outside = " lies outside this master's storage roots";
const std::string minio = "http://minio.lab:9000";

TEST_CASE("object storage is opened at the master's own prefix and below, and nowhere else") {
  Cloud cloud;
  auto own = s3_storage("ckpt", "lab/runs", minio);
  own.access_key = "OWN";
  own.secret_key = "OWN-SECRET";
  const auto roots = cloud.roots(own);
  CHECK(roots.open(s3_storage("ckpt", "lab/runs", minio))->address() == "s3://ckpt/lab/runs");
  CHECK(roots.open(s3_storage("ckpt", "lab/runs/7", minio + "/"))->address() == "s3://ckpt/lab/runs/7");
  const auto refused = [&](const std::string& bucket, const std::string& prefix) {
    return refusal(roots, s3_storage(bucket, prefix, minio));
  };
  CHECK(refused("ckpt", "lab/runs2") == "its storage s3://ckpt/lab/runs2 at " + minio + outside);
  CHECK(refused("ckpt", "lab") == "its storage s3://ckpt/lab at " + minio + outside);
  CHECK(refused("ckpt", "") == "its storage s3://ckpt at " + minio + outside);
  CHECK(refused("ckpt2", "lab/runs") == "its storage s3://ckpt2/lab/runs at " + minio + outside);
  CHECK(refused("ckpt", "lab/runs/../x").find("is no place: ") != std::string::npos);
  CHECK(refused("", "lab/runs").find("is no place: ") != std::string::npos);
  CHECK(refusal(roots, s3_storage("ckpt", "lab/runs", "http://evil")) ==
        "its storage s3://ckpt/lab/runs at http://evil" + outside);
  CHECK(refusal(roots, s3_storage("ckpt", "lab/runs", "")) == "its storage s3://ckpt/lab/runs" + outside);
  CHECK(refusal(roots, gcs_storage("ckpt", "lab/runs")) == "its storage gs://ckpt/lab/runs" + outside);
  CHECK(refusal(StorageRoots(), own) == "its storage s3://ckpt/lab/runs" + outside);
  CHECK(refusal(roots, directory_storage("/lab")).ends_with(outside));
}

TEST_CASE("object storage is asked with the master's own credentials only") {
  Cloud cloud;
  auto named = s3_storage("ckpt", "", minio);
  named.access_key = "THEIRS";
  named.secret_key = "THEIR-SECRET";
  auto own = s3_storage("ckpt", "", minio);
  const auto expect_list = [&] {
    cloud.network->expect("GET " + minio + "/ckpt?list-type=2&encoding-type=url&prefix=u1%2F",
                          answer(200, "<ListBucketResult></ListBucketResult>"));
  };
  const auto signer = [&] { return header(cloud.network->requests().back(), "Authorization").value_or(""); };
  SECTION("of its configuration") {
    own.access_key = "OWN";
    own.secret_key = "OWN-SECRET";
    expect_list();
    CHECK_FALSE(cloud.roots(own).open(named)->list("u1"));
    CHECK(signer().find("Credential=OWN/") != std::string::npos);
  }
  SECTION("of its environment, to the endpoint of its configuration") {
    cloud.variables = {{"AWS_ACCESS_KEY_ID", "AMBIENT"}, {"AWS_SECRET_ACCESS_KEY", "AMBIENT-SECRET"}};
    for (const auto* ignoring : {"", "true"}) {
      cloud.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = ignoring;
      expect_list();
      CHECK_FALSE(cloud.roots(own).open(named)->list("u1"));
      CHECK(signer().find("Credential=AMBIENT/") != std::string::npos);
    }
  }
}

TEST_CASE("for checkpoints in turn object storage is opened once, and a directory each time") {
  const TemporaryDirectory top;
  fs::create_directories(top / "data");
  const auto own = s3_storage("ckpt", "runs", minio);
  int times = 0;
  const auto surroundings = [&times] {
    ++times;
    return storage::Surroundings{.environment = [](const std::string&) { return std::nullopt; },
                                 .home = {},
                                 .transport = std::make_shared<FakeTransport>(),
                                 .now = std::chrono::system_clock::now};
  };
  const StorageRoots roots({top / "data"},
                           master::ObjectRoot{.configuration = own, .surroundings = surroundings});
  master::LastStore last_store(roots);
  CHECK(last_store.open(own) == last_store.open(own));
  CHECK(times == 1);
  CHECK(last_store.open(s3_storage("ckpt", "runs/7", minio))->address() == "s3://ckpt/runs/7");
  CHECK(times == 2);
  last_store.open(own);
  CHECK(times == 3);
  const auto directory = directory_storage((top / "data").native());
  CHECK(last_store.open(directory) != last_store.open(directory));
  CHECK(thrown([&] { last_store.open(s3_storage("other", "", minio)); }).failure == Failure::usage);
}

TEST_CASE("an Azure container is the master's own where its account is, whatever the key") {
  Cloud cloud;
  const auto roots = cloud.roots(azure_storage("ckpt", "AccountName=acct;AccountKey=a2V5"));
  CHECK(roots.open(azure_storage("ckpt", "AccountName=acct;SharedAccessSignature=sig=1"))->address() ==
        "https://acct.blob.core.windows.net/ckpt");
  CHECK(refusal(roots, azure_storage("ckpt", "AccountName=other;AccountKey=a2V5")) ==
        "its storage azure://ckpt at https://other.blob.core.windows.net" + outside);
  CHECK(refusal(roots,
                azure_storage("ckpt", "AccountName=acct;AccountKey=a2V5;BlobEndpoint=http://evil/acct")) ==
        "its storage azure://ckpt at http://evil/acct" + outside);
  CHECK(refusal(roots, azure_storage("other", "AccountName=acct;AccountKey=a2V5")).ends_with(outside));
  const auto none = refusal(roots, azure_storage("ckpt", "AccountKey=s3cret"));
  CHECK(none.find("is no place: ") != std::string::npos);
  CHECK(none.find("s3cret") == std::string::npos);
}

TEST_CASE("a bucket of GCS is the master's own by its name") {
  Cloud cloud;
  cloud.variables["STORAGE_EMULATOR_HOST"] = "127.0.0.1:1";
  const auto roots = cloud.roots(gcs_storage("ckpt", "runs"));
  CHECK(roots.open(gcs_storage("ckpt", "runs/1"))->address() == "gs://ckpt/runs/1");
  CHECK(refusal(roots, gcs_storage("other", "runs")) == "its storage gs://other/runs" + outside);
  CHECK(roots.open(gcs_storage("ckpt", "runs//./1"))->address() == "gs://ckpt/runs/1");
  CHECK(refusal(roots, gcs_storage("ckpt", "runs/../1")).find("is no place: ") != std::string::npos);
}

TEST_CASE("while the master's own storage cannot be told, that passes") {
  Cloud cloud;
  const auto roots = cloud.roots(azure_storage("ckpt", ""));
  CHECK(thrown([&] { roots.open(azure_storage("ckpt", "AccountName=acct;AccountKey=a2V5")); }).failure ==
        Failure::storage);
}

}  // namespace
}  // namespace det::testing
