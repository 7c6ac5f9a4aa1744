#include "storage/gcs_store.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "storage/base64.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/surroundings.hpp"

using det::Error;
using det::Failure;
using det::storage::ByteRange;
using det::storage::DigestKind;
using det::storage::RemoteStore;
using det::testing::Answer;
using det::testing::answer;
using det::testing::CloudScene;
using det::testing::header;
using det::testing::pieces_of;
using det::testing::read_text;
using det::testing::thrown;
using det::testing::with_headers;

namespace {

const std::string host = "https://storage.googleapis.com";
const std::string metadata_line =
    "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
const std::string list_line =
    "GET " + host +
    "/storage/v1/b/b1/o?prefix=runs%2F7%2Fu1%2F&fields=items%28name%2Csize%2Cmd5Hash"
    "%2Ccrc32c%2Cgeneration%29%2CnextPageToken";
const std::string object_url = host + "/storage/v1/b/b1/o/runs%2F7%2Fu1%2Fcode%2Fa%20b.py";
const std::string upload_url = host + "/upload/storage/v1/b/b1/o";
const std::string object_name = "u1/code/a b.py";
const std::string shown_name = "gs://b1/runs/7/u1/code/a b.py";

std::unique_ptr<RemoteStore> bucket_store(const std::string& name, const std::string& prefix,
                                          CloudScene& scene) {
  det::model::StorageConfiguration configuration;
  configuration.type = "gcs";
  configuration.bucket = name;
  configuration.prefix = prefix;
  return det::storage::gcs_store(configuration, scene.surroundings());
}

// A bucket with a prefix, asked with the token "T1".
struct Bucket : CloudScene {
  std::unique_ptr<RemoteStore> store = bucket_store("b1", "runs/7", *this);

  Bucket() { transport->expect(metadata_line, answer(200, R"({"access_token":"T1","expires_in":3599})")); }

  const det::http::Request& last_request() const { return transport->requests().back(); }
};

}  // namespace

TEST_CASE("a GCS bucket lists what lies below a folder, page by page, by name") {
  Bucket bucket;
  bucket.transport->expect(list_line, answer(200, R"({"items":[
      {"name":"runs/7/u1/","size":"0","generation":"1"},
      {"name":"runs/7/u1/model.pt","size":"8589934592","generation":"1700000000000001",
       "md5Hash":"CY9rzUYh03PK3k6DJie09g==","crc32c":"yZRlqg=="}],"nextPageToken":"p/2"})"));
  bucket.transport->expect(list_line + "&pageToken=p%2F2", answer(200, R"({"items":[
      {"name":"runs/7/u1/code/","size":"3","generation":"2"},
      {"name":"runs/7/u1/code/a b.py","size":"0","generation":"3","md5Hash":"CY9rzUYh03PK3k6DJie09g=="},
      {"name":"runs/7/u1/b","size":"1","generation":"4","md5Hash":"short"}]})"));
  const auto objects = bucket.store->list("u1").value();
  REQUIRE(objects.size() == 4);
  CHECK(objects[0].path == "b");
  CHECK_FALSE(objects[0].digest);
  CHECK(objects[1].path == "code/");
  CHECK(objects[1].size_bytes == 0);
  CHECK(objects[2].path == "code/a b.py");
  CHECK(hex(objects[2].digest.value()) == "098f6bcd4621d373cade4e832627b4f6");
  CHECK(objects[2].digest->kind == DigestKind::md5);
  CHECK(objects[3].path == "model.pt");
  CHECK(objects[3].size_bytes == 8'589'934'592);
  CHECK(objects[3].version == "1700000000000001");
  CHECK(objects[3].digest->kind == DigestKind::crc32c);
  CHECK(hex(*objects[3].digest) == "c99465aa");
  CHECK(header(bucket.last_request(), "Authorization") == "Bearer T1");
}

TEST_CASE("a prefix in GCS is written in one way, and does not lead up") {
  CloudScene scene;
  CHECK(bucket_store("b1", "runs//./7", scene)->address() == "gs://b1/runs/7");
  CHECK(thrown([&] { bucket_store("b1", "runs/../7", scene); }).message ==
        "the storage configuration names no place: 'runs/../7' is not a prefix");
}

TEST_CASE("a GCS folder that holds nothing is absent, and one with only its mark is empty") {
  Bucket bucket;
  bucket.transport->expect(list_line, answer(200, "{}"));
  CHECK_FALSE(bucket.store->list("u1"));
  bucket.transport->expect(list_line, answer(200, R"({"items":[{"name":"runs/7/u1/","size":"0"}]})"));
  CHECK(bucket.store->list("u1").value().empty());
}

TEST_CASE("a GCS list that names a page again is an integrity failure") {
  Bucket bucket;
  bucket.transport->expect(list_line, answer(200, R"({"nextPageToken":"p2"})"));
  bucket.transport->expect(list_line + "&pageToken=p2", answer(200, R"({"nextPageToken":"p2"})"));
  const auto error = thrown([&] { bucket.store->list("u1"); });
  CHECK(error.failure == Failure::integrity);
  CHECK(error.message == "the list of runs/7/u1/ does not end: the store names a page again");
}

TEST_CASE("a GCS list with names that were not asked for is an integrity failure") {
  Bucket bucket;
  bucket.transport->expect(list_line, answer(200, R"({"items":[{"name":"runs/7/u2/x","size":"1"}]})"));
  CHECK(thrown([&] { bucket.store->list("u1"); }).failure == Failure::integrity);
}

TEST_CASE("a GCS list that is no valid answer is a storage failure") {
  for (const auto* body : {"", "[]", "<html>", R"({"items":[{"name":"runs/7/u1/x"}]})",
                           R"({"items":[{"name":"runs/7/u1/x","size":"-1"}]})"}) {
    Bucket bucket;
    bucket.transport->expect(list_line, answer(200, body));
    CHECK(thrown([&] { bucket.store->list("u1"); }).failure == Failure::storage);
  }
}

TEST_CASE("a GCS bucket that is missing or closed is not an absent folder") {
  Bucket bucket;
  bucket.transport->expect(
      list_line, answer(404, R"({"error":{"code":404,"message":"The specified bucket does not exist."}})"));
  const auto missing = thrown([&] { bucket.store->list("u1"); });
  CHECK(missing.failure == Failure::storage);
  CHECK(missing.message == "cannot list gs://b1/runs/7: The specified bucket does not exist (status 404)");
  CHECK_FALSE(missing.retryable);
  bucket.transport->expect(list_line, answer(503, "Backend\nError"));
  const auto busy = thrown([&] { bucket.store->list("u1"); });
  CHECK(busy.message == "cannot list gs://b1/runs/7: Backend (status 503)");
  CHECK(busy.retryable);
}

TEST_CASE("GCS that cannot be reached is a storage failure") {
  Bucket bucket;
  bucket.transport->expect_failing(list_line,
                                   Error(Failure::unreachable, "could not connect").worth_retrying());
  const auto error = thrown([&] { bucket.store->list("u1"); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.retryable);
}

TEST_CASE("a GCS read asks for stored bytes of one generation") {
  Bucket bucket;
  const auto request = bucket.store->read_request(object_name, {.offset = 10, .length = 5}, "17");
  CHECK(request.method + " " + request.url == "GET " + object_url + "?alt=media&ifGenerationMatch=17");
  CHECK(header(request, "Range") == "bytes=10-14");
  CHECK(header(request, "Accept-Encoding") == "gzip");
  CHECK(header(request, "Authorization") == "Bearer T1");
  CHECK_FALSE(request.compressed);
  const auto whole = bucket.store->read_request(
      object_name, {.offset = 10, .length = std::numeric_limits<std::uint64_t>::max()}, "");
  CHECK(whole.url == object_url + "?alt=media");
  CHECK(header(whole, "Range") == "bytes=10-");
}

TEST_CASE("a GCS answer states generation and digest of the whole object") {
  const Bucket bucket;
  const auto headers = [](std::string hashes) {
    return [hashes](std::string_view name) -> std::optional<std::string> {
      if (name == "x-goog-generation") return "1700000000000001";
      return name == "x-goog-hash" ? std::optional(hashes) : std::nullopt;
    };
  };
  CHECK(bucket.store->version_of(headers("")) == "1700000000000001");
  CHECK_FALSE(bucket.store->digest_of(headers("")));
  const auto both = bucket.store->digest_of(headers("md5=CY9rzUYh03PK3k6DJie09g==, crc32c=yZRlqg=="));
  CHECK(both.value().kind == DigestKind::crc32c);
  CHECK(hex(*both) == "c99465aa");
  const auto md5 = bucket.store->digest_of(headers("md5=CY9rzUYh03PK3k6DJie09g=="));
  CHECK(hex(md5.value()) == "098f6bcd4621d373cade4e832627b4f6");
  CHECK_FALSE(bucket.store->digest_of(headers("crc32c=AAAA,md5=")));
  bucket.store->read_request(object_name, {0, 1}, "");
}

TEST_CASE("GCS bytes come by range") {
  Bucket bucket;
  const auto line = "GET " + object_url + "?alt=media";
  bucket.transport->expect(line, with_headers({.status = 206, .chunks = {"ab", "cde", "too many"}},
                                              {{"Content-Range", "bytes 10-14/99"}}));
  CHECK(read_text(*bucket.store, object_name, {10, 5}) == "abcde");
  CHECK(header(bucket.last_request(), "Range") == "bytes=10-14");
  // a server that does not know ranges
  bucket.transport->expect(line, {.status = 200, .chunks = {"01", "234", "56789"}});
  CHECK(read_text(*bucket.store, object_name, {3, 4}) == "3456");
  // beyond the end
  bucket.transport->expect(line, answer(416, ""));
  CHECK(read_text(*bucket.store, object_name, {100, 5}).empty());
  // of no length: only whether it is there
  bucket.transport->expect(line, with_headers(answer(206, "x"), {{"Content-Range", "bytes 0-0/99"}}));
  CHECK(read_text(*bucket.store, object_name, {7, 0}).empty());
  bucket.transport->expect(line, answer(404, "No such object: b1/runs/7/u1/code/a b.py"));
  CHECK(read_text(*bucket.store, object_name, {0, 5}) == "(absent)");
}

TEST_CASE("a GCS answer with other bytes than those asked for is an integrity failure") {
  Bucket bucket;
  bucket.transport->expect("GET " + object_url + "?alt=media",
                           with_headers(answer(206, "abc"), {{"Content-Range", "bytes 0-2/99"}}));
  const auto error = thrown([&] { read_text(*bucket.store, object_name, {1, 3}); });
  CHECK(error.failure == Failure::integrity);
  CHECK(error.message ==
        "the store answered with other bytes than those asked for: \"bytes 0-2/99\" instead of \"bytes 1-\"");
}

TEST_CASE("a GCS object in a missing bucket, or one that breaks off, is a storage failure") {
  Bucket bucket;
  const auto line = "GET " + object_url + "?alt=media";
  bucket.transport->expect(line, answer(404, "The specified bucket does not exist."));
  CHECK(thrown([&] {
          read_text(*bucket.store, object_name, {0, 5});
        }).message == shown_name + " was refused: The specified bucket does not exist (status 404)");
  bucket.transport->expect(line, Answer{.status = 200,
                                        .chunks = {"ab"},
                                        .broken_by = Error(Failure::unreachable, "the answer ended early")});
  CHECK(thrown([&] { read_text(*bucket.store, object_name, {0, 5}); }).failure == Failure::storage);
}

TEST_CASE("GCS refusals name the object and say what to think of them") {
  Bucket bucket;
  const auto gone = bucket.store->refusal(object_name, 404, "");
  CHECK(gone.failure == Failure::not_found);
  CHECK(gone.message == shown_name + " does not exist (status 404)");
  const auto changed = bucket.store->refusal(object_name, 412, "");
  CHECK(changed.failure == Failure::integrity);
  CHECK(changed.message == shown_name + " has changed since it was listed (status 412)");
  const auto denied = bucket.store->refusal(
      object_name, 403, R"({"error":{"code":403,"message":"sa does not have storage.objects.get access."}})");
  CHECK(denied.failure == Failure::storage);
  CHECK(denied.message ==
        shown_name + " was refused: sa does not have storage.objects.get access (status 403)");
  CHECK(denied.http_status == 403);
  const auto cut = bucket.store->refusal(object_name, 500, R"({"error":{"code":50)");
  CHECK(cut.message == shown_name + " was refused: no reason given (status 500)");
  CHECK(bucket.store->refusal("u1/\x1b[2J", 403, "\x1b]0;x").message ==
        "gs://b1/runs/7/u1/\\x1b[2J was refused: \\x1b]0;x (status 403)");
  bucket.store->read_request(object_name, {0, 1}, "");
}

TEST_CASE("a small GCS object is put by one request") {
  Bucket bucket;
  bucket.transport->expect("POST " + upload_url + "?uploadType=media&name=runs%2F7%2Fu1%2Fcode%2Fa%20b.py",
                           "123456789", answer(200, R"({"size":"9","crc32c":"4waSgw=="})"));
  const std::string bytes = "123456789";
  bucket.store->put(object_name, pieces_of(bytes));
  CHECK(header(bucket.last_request(), "Content-Type") == "application/octet-stream");
}

TEST_CASE("a GCS object that was stored otherwise than sent is an integrity failure") {
  for (const auto* body : {R"({"size":"8","crc32c":"4waSgw=="})", R"({"size":"9","crc32c":"4waSgg=="})"}) {
    Bucket bucket;
    bucket.transport->expect("POST " + upload_url + "?uploadType=media&name=runs%2F7%2Fu1%2Fcode%2Fa%20b.py",
                             answer(200, body));
    const std::string bytes = "123456789";
    const auto error = thrown([&] { bucket.store->put(object_name, pieces_of(bytes)); });
    CHECK(error.failure == Failure::integrity);
    CHECK(error.message == shown_name + " was stored with other bytes than were sent");
  }
}

TEST_CASE("a GCS bucket that is missing when something is put is a storage failure") {
  Bucket bucket;
  bucket.transport->expect("POST " + upload_url + "?uploadType=media&name=runs%2F7%2Fu1%2Fcode%2Fa%20b.py",
                           answer(404, "Not Found"));
  const std::string bytes = "1";
  const auto error = thrown([&] { bucket.store->put(object_name, pieces_of(bytes)); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.message == shown_name + " was refused: Not Found (status 404)");
}

TEST_CASE("the mark of a GCS folder can be removed") {
  Bucket bucket;
  bucket.transport->expect("DELETE " + host + "/storage/v1/b/b1/o/runs%2F7%2Fu1%2Fcode%2F", answer(204, ""));
  bucket.store->remove("u1/code/");
}

TEST_CASE("a large GCS object is put in parts, and again from where the server has it") {
  Bucket bucket;
  const std::string session = "https://storage.googleapis.com/upload/storage/v1/b/b1/o?upload_id=s3cret";
  constexpr std::size_t part = std::size_t{16} << 20U;
  const std::string bytes(4 * part + 7, 'x');
  bucket.transport->expect(
      "POST " + upload_url + "?uploadType=resumable&name=runs%2F7%2Fu1%2Fcode%2Fa%20b.py", "",
      with_headers(answer(200, ""), {{"Location", session}}));
  bucket.transport->expect("PUT " + session, with_headers(answer(308, ""), {{"Range", "bytes=0-1048575"}}));
  for (const auto* range : {"bytes=0-16777215", "bytes=0-33554431", "bytes=0-50331647", "bytes=0-67108863"}) {
    bucket.transport->expect("PUT " + session, with_headers(answer(308, ""), {{"Range", range}}));
  }
  bucket.transport->expect("PUT " + session, "xxxxxxx", answer(200, R"({"size":"67108871"})"));
  bucket.store->put(object_name, pieces_of(bytes));
  const auto& requests = bucket.transport->requests();
  CHECK(header(requests.at(2), "Content-Range") == "bytes 0-16777215/*");
  CHECK(header(requests.at(3), "Content-Range") == "bytes 1048576-16777215/*");
  CHECK(requests.at(3).body.size() == part - 1048576);
  CHECK(header(requests.at(6), "Content-Range") == "bytes 50331648-67108863/*");
  CHECK(header(requests.at(7), "Content-Range") == "bytes 67108864-67108870/67108871");
  CHECK_FALSE(header(requests.at(7), "Authorization"));
}

TEST_CASE("GCS that takes nothing, or sends the bytes elsewhere, is a storage failure") {
  const std::string bytes((std::size_t{64} << 20U) + 1, 'x');
  const auto put_with_session = [&](const std::string& session, const std::optional<Answer>& part) {
    Bucket bucket;
    bucket.transport->expect(
        "POST " + upload_url + "?uploadType=resumable&name=runs%2F7%2Fu1%2Fcode%2Fa%20b.py",
        with_headers(answer(200, ""), {{"Location", session}}));
    if (part) bucket.transport->expect("PUT " + session, *part);
    return thrown([&] { bucket.store->put(object_name, pieces_of(bytes)); }).message;
  };
  CHECK(put_with_session(upload_url + "?upload_id=1", answer(308, "")) ==
        "cannot write " + shown_name + ": the store does not take it");
  CHECK(put_with_session("http://evil.example/?upload_id=s3cret", std::nullopt) ==
        "cannot write " + shown_name + ": the store wants it sent to http://evil.example");
}

TEST_CASE("what the source of a GCS object throws leaves the bucket alone") {
  CloudScene scene;
  const auto store = bucket_store("b1", "", scene);
  const auto error = thrown([&] {
    store->put("a", []() -> std::string_view { throw Error(Failure::interrupted, "interrupted"); });
  });
  CHECK(error.failure == Failure::interrupted);
}

TEST_CASE("a GCS object that is absent counts as removed, unless its bucket is missing") {
  Bucket bucket;
  bucket.transport->expect("DELETE " + object_url, answer(204, ""));
  bucket.store->remove(object_name);
  bucket.transport->expect("DELETE " + object_url,
                           answer(404, R"({"error":{"message":"No such object: x"}})"));
  bucket.store->remove(object_name);
  bucket.transport->expect("DELETE " + object_url,
                           answer(404, R"({"error":{"message":"The specified bucket does not exist."}})"));
  CHECK(thrown([&] { bucket.store->remove(object_name); }).failure == Failure::storage);
  bucket.transport->expect("DELETE " + object_url, answer(403, ""));
  CHECK(thrown([&] { bucket.store->remove(object_name); }).failure == Failure::storage);
}

TEST_CASE("an emulator that the user names is asked without credentials") {
  CloudScene scene;
  scene.variables["STORAGE_EMULATOR_HOST"] = "127.0.0.1:4443";
  const auto store = bucket_store("b1", "", scene);
  CHECK(store->address() == "gs://b1");
  const auto request = store->read_request("a", {0, 1}, "");
  CHECK(request.url == "http://127.0.0.1:4443/storage/v1/b/b1/o/a?alt=media");
  CHECK_FALSE(header(request, "Authorization"));
  scene.variables["STORAGE_EMULATOR_HOST"] = "http://localhost:9000/";
  const auto other = bucket_store("b1", "", scene);
  CHECK(other->read_request("a", {0, 1}, "").url == "http://localhost:9000/storage/v1/b/b1/o/a?alt=media");
}

TEST_CASE("names that leave the folder are never asked of GCS") {
  CloudScene scene;
  const auto store = bucket_store("b1", "", scene);
  for (const auto* name : {"../x", "/x", "a//b", "", "a//", "/"}) {
    INFO(name);
    CHECK(thrown([&] { store->list(name); }).failure == Failure::integrity);
    CHECK(thrown([&] { store->read_request(name, {0, 1}, ""); }).failure == Failure::integrity);
    CHECK(thrown([&] { store->put(name, [] { return std::string_view(); }); }).failure == Failure::integrity);
    CHECK(thrown([&] { store->remove(name); }).failure == Failure::integrity);
  }
  CHECK(scene.transport->requests().empty());
}

TEST_CASE("a GCS configuration without a bucket is refused") {
  CloudScene scene;
  CHECK(thrown([&] { bucket_store("", "", scene); }).failure == Failure::storage);
}
