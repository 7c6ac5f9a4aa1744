#include "storage/object_checkpoints.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_transport.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/surroundings.hpp"

using det::Failure;
using det::storage::CheckpointStore;
using det::storage::Removed;
using det::testing::answer;
using det::testing::CloudScene;
using det::testing::read_text;
using det::testing::thrown;

namespace {

const std::string objects_url = "http://emulator:4443/storage/v1/b/b1/o";
const std::string fields = "&fields=items%28name%2Csize%2Cmd5Hash%2Ccrc32c%2Cgeneration%29%2CnextPageToken";

// A bucket with the prefix "runs" of an emulator, which wants no credentials.
struct Bucket : CloudScene {
  std::unique_ptr<CheckpointStore> store;

  Bucket() {
    variables["STORAGE_EMULATOR_HOST"] = "emulator:4443";
    det::model::StorageConfiguration configuration;
    configuration.type = "gcs";
    configuration.bucket = "b1";
    configuration.prefix = "runs";
    store = det::storage::object_checkpoints(det::storage::open_remote_store(configuration, surroundings()));
  }

  void expect_list(const std::vector<std::string>& paths, const std::string& folder = "u1") {
    std::string items;
    for (const auto& path : paths) {
      items += std::string(items.empty() ? "" : ",") + R"({"name":"runs/)" + folder + "/" + path +
               R"(","size":"4"})";
    }
    transport->expect("GET " + objects_url + "?prefix=runs%2F" + folder + "%2F" + fields,
                      answer(200, R"({"items":[)" + items + "]}"));
  }
  void expect_removal(const std::string& encoded_path, int status = 204) {
    transport->expect("DELETE " + objects_url + "/runs%2Fu1%2F" + encoded_path,
                      answer(status, R"({"error":{"message":"so it is"}})"));
  }
};

std::string told(const Removed& removed) {
  std::string text;
  for (const auto& file : removed.left) text += file.path + " " + std::to_string(file.size_bytes) + "\n";
  return text + removed.failure;
}

const std::string refused = "gs://b1/runs/u1/{} was refused: so it is (status 403)";

std::string refusal_of(const std::string& path) {
  auto text = refused;
  return text.replace(text.find("{}"), 2, path);
}

}  // namespace

TEST_CASE("a checkpoint goes object by object, metadata.json first and marks of folders last") {
  Bucket bucket;
  bucket.expect_list({"", "code/", "code/a.py", "metadata.json", "model.pt"});
  for (const auto* path : {"metadata.json", "model.pt", "code%2Fa.py", "code%2F", ""}) {
    bucket.expect_removal(path);
  }
  CHECK(told(bucket.store->remove_checkpoint("u1")).empty());
}

TEST_CASE("a checkpoint that is absent, and objects that went meanwhile, are removed") {
  Bucket bucket;
  bucket.expect_list({});
  bucket.expect_removal("", 404);
  CHECK(told(bucket.store->remove_checkpoint("u1")).empty());
  bucket.expect_list({"model.pt"});
  bucket.expect_removal("model.pt", 404);
  bucket.expect_removal("", 404);
  CHECK(told(bucket.store->remove_checkpoint("u1")).empty());
}

TEST_CASE("what the store refuses to remove is left, with the first reason") {
  Bucket bucket;
  bucket.expect_list({"a", "b", "c", "metadata.json"});
  bucket.expect_removal("metadata.json");
  bucket.expect_removal("c", 403);
  bucket.expect_removal("b");
  bucket.expect_removal("a", 403);
  CHECK(told(bucket.store->remove_checkpoint("u1")) == "a 4\nc 4\n" + refusal_of("c"));
}

TEST_CASE("while metadata.json cannot be removed the rest stays") {
  Bucket bucket;
  bucket.expect_list({"a", "metadata.json"});
  bucket.expect_removal("metadata.json", 403);
  CHECK(told(bucket.store->remove_checkpoint("u1")) ==
        "a 4\nmetadata.json 4\n" + refusal_of("metadata.json"));
}

TEST_CASE("a removal that the store does not answer is to be tried again, and goes on where it was") {
  Bucket bucket;
  bucket.expect_list({"a", "b"});
  bucket.expect_removal("b");
  bucket.transport->expect_failing("DELETE " + objects_url + "/runs%2Fu1%2Fa",
                                   det::Error(Failure::unreachable, "refused"));
  CHECK(thrown([&] { bucket.store->remove_checkpoint("u1"); }).failure == Failure::storage);
  bucket.expect_list({"a"});
  bucket.expect_removal("a", 503);
  CHECK(thrown([&] { bucket.store->remove_checkpoint("u1"); }).failure == Failure::storage);
  bucket.expect_list({"a"});
  bucket.expect_removal("a");
  bucket.expect_removal("");
  CHECK(told(bucket.store->remove_checkpoint("u1")).empty());
}

TEST_CASE("chosen objects and all that lies in chosen folders are removed, and the others are told") {
  Bucket bucket;
  bucket.expect_list({"code/a.py", "code/sub/b.py", "logs/x", "metadata.json", "model.pt"});
  bucket.expect_removal("logs%2Fx");
  bucket.expect_removal("code%2Fsub%2Fb.py");
  const auto chosen = [](std::string_view path) { return path == "code/sub/" || path == "logs/x"; };
  CHECK(told(bucket.store->remove_files("u1", chosen)) == "code/a.py 4\nmetadata.json 4\nmodel.pt 4\n");
  bucket.expect_list({"model.pt"});
  CHECK(told(bucket.store->remove_files("u1", [](auto) { return false; })) == "model.pt 4\n");
}

TEST_CASE("a bucket that lists nothing is there, and one that cannot be listed is not") {
  Bucket bucket;
  bucket.expect_list({}, ".det-is-it-there");
  bucket.store->require_there();
  const auto line = "GET " + objects_url + "?prefix=runs%2F.det-is-it-there%2F" + fields;
  bucket.transport->expect(line,
                           answer(404, R"({"error":{"message":"The specified bucket does not exist."}})"));
  CHECK(thrown([&] { bucket.store->require_there(); }).failure == Failure::storage);
  const auto removal = "GET " + objects_url + "?prefix=runs%2Fu1%2F" + fields;
  bucket.transport->expect(removal, answer(404, "{}"));
  CHECK(thrown([&] { bucket.store->remove_checkpoint("u1"); }).failure == Failure::storage);
}

TEST_CASE("an object that is read in small pieces is asked for in large ones") {
  constexpr std::size_t ahead = std::size_t{8} << 20U;
  constexpr std::size_t size = ahead + 1000;
  std::string bytes(size, 'a');
  bytes[ahead - 1] = 'b';
  bytes[size - 1] = 'c';
  Bucket bucket;
  const auto expect = [&](std::size_t offset) {
    bucket.transport->expect(
        "GET " + objects_url + "/runs%2Fu1%2Fm.pt?alt=media",
        det::testing::with_headers(
            answer(206, bytes.substr(offset, ahead)),
            {{"Content-Range", "bytes " + std::to_string(offset) + "-1/" + std::to_string(size)}}));
  };
  const auto read = [&](std::uint64_t offset, std::uint64_t length) {
    return read_text(*bucket.store, "u1/m.pt", {offset, length}) == bytes.substr(offset, length);
  };
  expect(0);
  CHECK(read(0, 1000));
  CHECK(read(1000, 500'000));
  CHECK(read(ahead - 10, 10));
  expect(ahead - 10);
  CHECK(read(ahead - 10, 20));
  CHECK(read(size - 5, 5));
  CHECK(read(size, 5));
  expect(0);
  CHECK(read(0, ahead));
  bucket.transport->expect("GET " + objects_url + "/runs%2Fu1%2Fx?alt=media", answer(404, "{}"));
  CHECK(read_text(*bucket.store, "u1/x", {0, 5}) == "(absent)");
}

TEST_CASE("names that leave the checkpoint are neither listed nor asked for") {
  Bucket bucket;
  bucket.expect_list({"../u2/model.pt"});
  CHECK(thrown([&] { bucket.store->list("u1"); }).failure == Failure::integrity);
  bucket.expect_list({"../u2/model.pt"});
  CHECK(bucket.store->remove_checkpoint("u1").left.size() == 1);
  for (const auto* name : {"", "..", ".hidden", "u1/code", "/u1"}) {
    CHECK(thrown([&] { bucket.store->remove_checkpoint(name); }).failure == Failure::integrity);
  }
}
