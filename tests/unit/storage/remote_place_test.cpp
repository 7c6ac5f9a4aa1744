#include "storage/remote_place.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/thrown.hpp"
#include "tests/unit/storage/surroundings.hpp"

using det::Failure;
using det::model::StorageConfiguration;
using det::storage::lies_within;
using det::storage::remote_place;
using det::storage::RemotePlace;
using det::testing::CloudScene;
using det::testing::thrown;

namespace {

StorageConfiguration configured(const std::string& type, const std::string& bucket,
                                const std::string& prefix = "") {
  StorageConfiguration configuration;
  configuration.type = type;
  (type == "azure" ? configuration.container : configuration.bucket) = bucket;
  configuration.prefix = prefix;
  return configuration;
}

std::string told(const RemotePlace& place) {
  return place.server + "|" + place.bucket + "|" + place.prefix;
}

}  // namespace

TEST_CASE("a place is at or below a prefix by whole parts, in the same bucket of the same server") {
  const RemotePlace root{"http://s", "b", "a/b"};
  CHECK(lies_within(root, root));
  CHECK(lies_within({"http://s", "b", "a/b/c"}, root));
  CHECK_FALSE(lies_within({"http://s", "b", "a/bc"}, root));
  CHECK_FALSE(lies_within({"http://s", "b", "a"}, root));
  CHECK_FALSE(lies_within({"http://s", "b", ""}, root));
  CHECK_FALSE(lies_within({"http://s", "b2", "a/b"}, root));
  CHECK_FALSE(lies_within({"http://s2", "b", "a/b"}, root));
  CHECK_FALSE(lies_within({"", "b", "a/b"}, root));
  CHECK(lies_within({"http://s", "b", "x"}, {"http://s", "b", ""}));
}

TEST_CASE("the place in S3 has the endpoint that counts, written in one way") {
  CloudScene scene;
  auto configuration = configured("s3", "ckpt", "a//./b");
  const auto place = [&] { return told(remote_place(configuration, scene.surroundings())); };
  CHECK(place() == "|ckpt|a/b");
  configuration.endpoint_url = "https://s3.amazonaws.com/";
  CHECK(place() == "|ckpt|a/b");
  configuration.endpoint_url = "HTTP://minio";
  CHECK(thrown([&] { place(); }).failure == Failure::storage);
  configuration.endpoint_url = "http://MinIO:80/";
  CHECK(place() == "http://minio|ckpt|a/b");
  configuration.endpoint_url.clear();
  scene.variables["AWS_ENDPOINT_URL_S3"] = "http://minio:9000";
  CHECK(place() == "http://minio:9000|ckpt|a/b");
}

TEST_CASE("the place in GCS has its prefix written in one way") {
  CloudScene scene;
  const auto place = remote_place(configured("gcs", "ckpt", "a//./b"), scene.surroundings());
  CHECK(told(place) == "|ckpt|a/b");
}

TEST_CASE("the place in Azure has the URL of the account, whatever credentials stand beside it") {
  CloudScene scene;
  auto configuration = configured("azure", "ckpt/");
  const auto place = [&] { return told(remote_place(configuration, scene.surroundings())); };
  configuration.connection_string = "AccountName=acct;AccountKey=a2V5";
  CHECK(place() == "https://acct.blob.core.windows.net|ckpt|");
  configuration.connection_string = "AccountName=acct;AccountKey=a2V5;BlobEndpoint=http://evil/acct";
  CHECK(place() == "http://evil/acct|ckpt|");
  configuration.connection_string.clear();
  configuration.account_url = "https://acct.blob.core.windows.net/?sig=s3cret";
  CHECK(place() == "https://acct.blob.core.windows.net|ckpt|");
}

TEST_CASE("prefixes that could lead elsewhere, and no bucket, are no place") {
  CloudScene scene;
  for (const auto* type : {"s3", "gcs", "azure"}) {
    auto configuration = configured(type, "ckpt", "a/../b");
    configuration.connection_string = "AccountName=acct;AccountKey=a2V5";
    CHECK(thrown([&] { remote_place(configuration, scene.surroundings()); }).failure == Failure::storage);
    configuration.prefix = "a";
    configuration.bucket.clear();
    configuration.container.clear();
    CHECK(thrown([&] { remote_place(configuration, scene.surroundings()); }).failure == Failure::storage);
  }
  auto azure = configured("azure", "ckpt", "a//b");
  azure.connection_string = "AccountName=acct;AccountKey=a2V5";
  CHECK(thrown([&] { remote_place(azure, scene.surroundings()); }).failure == Failure::storage);
}
