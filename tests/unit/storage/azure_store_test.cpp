#include "storage/azure_store.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "storage/base64.hpp"
#include "storage/url_encoding.hpp"
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

const std::string account_url = "https://acct.blob.core.windows.net";
const std::string list_line =
    "GET " + account_url + "/c1?restype=container&comp=list&include=metadata&prefix=runs%2F7%2Fu1%2F";
const std::string object_url = account_url + "/c1/runs/7/u1/code/a%20b.py";
const std::string object_name = "u1/code/a b.py";
const std::string shown_name = "https://acct.blob.core.windows.net/c1/runs/7/u1/code/a b.py";
const std::string no_container =
    "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ContainerNotFound</Code><Message>The "
    "specified container does not exist.\nRequestId:1\nTime:2024</Message></Error>";
const std::string no_blob =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>BlobNotFound</Code><Message>The specified blob "
    "does "
    "not exist.\nRequestId:1</Message></Error>";

std::unique_ptr<RemoteStore> container_store(const std::string& container, CloudScene& scene) {
  det::model::StorageConfiguration configuration;
  configuration.type = "azure";
  configuration.container = container;
  configuration.prefix = "runs/7";
  configuration.account_url = account_url;
  configuration.credential = "a2V5";
  return det::storage::azure_store(configuration, scene.surroundings());
}

// A container, asked with an account key, and with a prefix.
struct Container : CloudScene {
  std::unique_ptr<RemoteStore> store = container_store("c1/", *this);

  const det::http::Request& last_request() const { return transport->requests().back(); }
};

// A page of a list, as "List Blobs" of Microsoft's REST documentation shows it.
std::string page(const std::string& blobs, const std::string& next) {
  return "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "
         "ServiceEndpoint=\"https://acct.blob.core.windows.net/\" "
         "ContainerName=\"c1\"><Prefix>runs/7/u1/</Prefix>"
         "<Blobs>" +
         blobs + "</Blobs><NextMarker>" + next + "</NextMarker></EnumerationResults>";
}

std::string blob(const std::string& name, const std::string& size, const std::string& rest = "") {
  return "<Blob><Name>" + name +
         "</Name><Properties><Last-Modified>Tue, 14 Nov 2023 22:13:20 GMT</Last-Modified>"
         "<Etag>0x8DBE55E1</Etag><Content-Length>" +
         size + "</Content-Length><BlobType>BlockBlob</BlobType>" + rest + "</Blob>";
}

}  // namespace

TEST_CASE("an Azure container lists what lies below a folder, page by page, by name") {
  Container container;
  CHECK(container.store->address() == account_url + "/c1/runs/7");
  container.transport->expect(
      list_line, answer(200, page(blob("runs/7/u1/model.pt", "8589934592",
                                       "<Content-MD5>CY9rzUYh03PK3k6DJie09g==</Content-MD5></Properties>") +
                                      blob("runs/7/u1/a&amp;b", "0", "<Content-MD5 /></Properties>"),
                                  "2!76!x=")));
  container.transport->expect(
      list_line + "&marker=2%2176%21x%3D",
      answer(200, page("<Blob><Name Encoded=\"true\">runs/7/u1/a%01</Name><Properties><Content-Length>1"
                       "</Content-Length></Properties></Blob>",
                       "")));
  const auto objects = container.store->list("u1").value();
  REQUIRE(objects.size() == 3);
  CHECK(objects[0].path == "a\x01");
  CHECK(objects[0].version.empty());
  CHECK(objects[1].path == "a&b");
  CHECK_FALSE(objects[1].digest);
  CHECK(objects[2].path == "model.pt");
  CHECK(objects[2].size_bytes == 8'589'934'592);
  CHECK(objects[2].version == "0x8DBE55E1");
  CHECK(objects[2].digest.value().kind == DigestKind::md5);
  CHECK(hex(*objects[2].digest) == "098f6bcd4621d373cade4e832627b4f6");
  CHECK(header(container.last_request(), "Authorization").value().starts_with("SharedKey acct:"));
}

TEST_CASE("an ETag of Azure that no header can hold is no version") {
  Container container;
  container.transport->expect(
      list_line, answer(200, page("<Blob><Name>runs/7/u1/a</Name><Properties><Etag>0x8&#13;&#10;</Etag>"
                                  "<Content-Length>1</Content-Length></Properties></Blob>",
                                  "")));
  CHECK(container.store->list("u1").value().at(0).version.empty());
}

TEST_CASE("folders of Azure are listed as folders, by whatever they are marked") {
  Container container;
  container.transport->expect(
      list_line,
      answer(200,
             page(blob("runs/7/u1/", "0", "</Properties>") + blob("runs/7/u1/slash/", "0", "</Properties>") +
                      blob("runs/7/u1/both/", "0", "<ResourceType>directory</ResourceType></Properties>") +
                      blob("runs/7/u1/meta", "0",
                           "</Properties><Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>") +
                      blob("runs/7/u1/type", "0", "<ResourceType>directory</ResourceType></Properties>") +
                      blob("runs/7/u1/plain", "0", "</Properties><Metadata><k>true</k></Metadata>"),
                  "")));
  std::vector<std::string> paths;
  const auto objects = container.store->list("u1").value();
  for (const auto& object : objects) paths.push_back(object.path);
  CHECK(paths == std::vector<std::string>{"both/", "meta/", "plain", "slash/", "type/"});
}

TEST_CASE("an Azure folder that holds nothing is absent") {
  Container container;
  container.transport->expect(list_line, answer(200, page("", "")));
  CHECK_FALSE(container.store->list("u1"));
}

TEST_CASE("an Azure list that names a page again is an integrity failure") {
  Container container;
  container.transport->expect(list_line, answer(200, page("", "m")));
  container.transport->expect(list_line + "&marker=m", answer(200, page("", "m")));
  CHECK(thrown([&] { container.store->list("u1"); }).failure == Failure::integrity);
}

TEST_CASE("an Azure list that is cut short, or no list, is a storage failure") {
  const auto whole = page(blob("runs/7/u1/x", "1", "</Properties>"), "");
  for (const auto& body : {std::string(), whole.substr(0, whole.size() - 5), std::string("{}"),
                           page(blob("runs/7/u1/x", "many", "</Properties>"), ""),
                           std::string("<html><body>Sign in first</body></html>")}) {
    Container container;
    container.transport->expect(list_line, answer(200, body));
    CHECK(thrown([&] { container.store->list("u1"); }).failure == Failure::storage);
  }
}

TEST_CASE("an Azure container that is missing or closed is not an absent folder") {
  Container container;
  container.transport->expect(list_line, answer(404, no_container));
  const auto missing = thrown([&] { container.store->list("u1"); });
  CHECK(missing.failure == Failure::storage);
  CHECK(
      missing.message ==
      "cannot list https://acct.blob.core.windows.net/c1/runs/7: ContainerNotFound: The specified container "
      "does not exist (status 404)");
  container.transport->expect(list_line, answer(503, ""));
  const auto busy = thrown([&] { container.store->list("u1"); });
  CHECK(busy.message ==
        "cannot list https://acct.blob.core.windows.net/c1/runs/7: no reason given (status 503)");
  CHECK(busy.retryable);
}

TEST_CASE("an Azure read asks for a range of one version, signed") {
  Container container;
  const auto request = container.store->read_request(object_name, {.offset = 10, .length = 5}, "0x8DBE55E1");
  CHECK(request.method + " " + request.url == "GET " + object_url);
  CHECK(header(request, "Range") == "bytes=10-14");
  CHECK(header(request, "If-Match") == "\"0x8DBE55E1\"");
  CHECK(header(request, "Authorization").value().starts_with("SharedKey acct:"));
  const auto any = container.store->read_request(
      object_name, {.offset = 1, .length = std::numeric_limits<std::uint64_t>::max()}, "");
  CHECK(header(any, "Range") == "bytes=1-");
  CHECK_FALSE(header(any, "If-Match"));
}

TEST_CASE("an Azure answer states version and digest of the whole object") {
  const Container container;
  using Headers = std::vector<det::http::Header>;
  const auto digest = [&](const Headers& headers) {
    const auto found = container.store->digest_of([&](std::string_view name) -> std::optional<std::string> {
      for (const auto& one : headers) {
        if (one.name == name) return one.value;
      }
      return std::nullopt;
    });
    return found ? hex(*found) : "none";
  };
  CHECK(digest({{"Content-MD5", "CY9rzUYh03PK3k6DJie09g=="}}) == "098f6bcd4621d373cade4e832627b4f6");
  CHECK(digest({{"Content-MD5", "CY9rzUYh03PK3k6DJie09g=="}, {"Content-Range", "bytes 0-1/4"}}) == "none");
  CHECK(digest({{"x-ms-blob-content-md5", "CY9rzUYh03PK3k6DJie09g=="}, {"Content-Range", "bytes 0-1/4"}}) ==
        "098f6bcd4621d373cade4e832627b4f6");
  CHECK(digest({}) == "none");
  CHECK(container.store->version_of([](std::string_view) { return "\"0x8DBE55E1\""; }) == "0x8DBE55E1");
}

TEST_CASE("Azure bytes come by range") {
  Container container;
  const auto line = "GET " + object_url;
  container.transport->expect(
      line, with_headers({.status = 206, .chunks = {"ab", "cde"}}, {{"Content-Range", "bytes 10-14/99"}}));
  CHECK(read_text(*container.store, object_name, {10, 5}) == "abcde");
  container.transport->expect(line, answer(416, ""));
  CHECK(read_text(*container.store, object_name, {100, 5}).empty());
  container.transport->expect(line, answer(416, ""));
  CHECK(read_text(*container.store, object_name, {0, 0}).empty());
  container.transport->expect(line, answer(404, no_blob));
  CHECK(read_text(*container.store, object_name, {0, 5}) == "(absent)");
  container.transport->expect(line, answer(404, no_container));
  CHECK(thrown([&] { read_text(*container.store, object_name, {0, 5}); }).failure == Failure::storage);
}

TEST_CASE("a sink that wants no more of an Azure object gets no more") {
  Container container;
  container.transport->expect("GET " + object_url, {.status = 200, .chunks = {"ab", "cd"}});
  int pieces = 0;
  CHECK(container.store->read(object_name, {0, 4}, [&](std::string_view) { return ++pieces > 1; }));
  CHECK(pieces == 1);
}

TEST_CASE("Azure refusals name the object and say what to think of them") {
  const Container container;
  const auto gone = container.store->refusal(object_name, 404, no_blob);
  CHECK(gone.failure == Failure::not_found);
  CHECK(gone.message == shown_name + " does not exist (status 404)");
  CHECK(container.store->refusal(object_name, 404, "").failure == Failure::not_found);
  const auto changed = container.store->refusal(object_name, 412, "");
  CHECK(changed.failure == Failure::integrity);
  CHECK(changed.message == shown_name + " has changed since it was listed (status 412)");
  const auto denied = container.store->refusal(object_name, 403,
                                               "<Error><Code>AuthenticationFailed</Code><Message>Server "
                                               "failed to authenticate the request.\nRequestId:1"
                                               "</Message><AuthenticationErrorDetail>The MAC signature");
  CHECK(denied.failure == Failure::storage);
  CHECK(denied.message == shown_name +
                              " was refused: AuthenticationFailed: Server failed to authenticate the "
                              "request (status 403)");
  CHECK(denied.http_status == 403);
}

TEST_CASE("a small Azure object is put by one request, with its digest") {
  Container container;
  container.transport->expect("PUT " + object_url, "test", answer(201, ""));
  const std::string bytes = "test";
  container.store->put(object_name, pieces_of(bytes));
  CHECK(header(container.last_request(), "x-ms-blob-type") == "BlockBlob");
  CHECK(header(container.last_request(), "Content-MD5") == "CY9rzUYh03PK3k6DJie09g==");
}

TEST_CASE("a large Azure object is put in blocks, then as a list of them") {
  Container container;
  constexpr std::size_t block = std::size_t{16} << 20U;
  const std::string bytes(4 * block + 7, 'x');
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(det::storage::base64("01700000000000000000-00000" + std::to_string(i)));
    container.transport->expect(
        "PUT " + object_url + "?comp=block&blockid=" + det::storage::url_encoded(ids.back()),
        answer(201, ""));
  }
  std::string list = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
  for (const auto& id : ids) list += "<Latest>" + id + "</Latest>";
  container.transport->expect("PUT " + object_url + "?comp=blocklist", list + "</BlockList>",
                              answer(201, ""));
  container.store->put(object_name, pieces_of(bytes));
  const auto& requests = container.transport->requests();
  CHECK(requests.at(3).body.size() == block);
  CHECK(requests.at(4).body == "xxxxxxx");
  CHECK(header(requests.at(4), "Content-MD5") == "BK204vBVyXjJuxAe4bxc1A==");
  CHECK(header(requests.at(5), "x-ms-blob-content-md5") == "uzbJqDQc2A6O59NgS+V+cA==");
}

TEST_CASE("an Azure object that is not taken is a storage failure, and no list of blocks follows") {
  const std::string bytes((std::size_t{64} << 20U) + 1, 'x');
  Container container;
  const auto id = det::storage::base64("01700000000000000000-000000");
  container.transport->expect("PUT " + object_url + "?comp=block&blockid=" + det::storage::url_encoded(id),
                              answer(404, no_container));
  const auto error = thrown([&] { container.store->put(object_name, pieces_of(bytes)); });
  CHECK(error.failure == Failure::storage);
  CHECK(error.message ==
        shown_name + " was refused: ContainerNotFound: The specified container does not exist (status 404)");
  const std::string small = "1";
  container.transport->expect("PUT " + object_url, answer(200, ""));
  CHECK(thrown([&] { container.store->put(object_name, pieces_of(small)); }).failure == Failure::storage);
}

TEST_CASE("what the source of an Azure object throws leaves the container alone") {
  Container container;
  const auto error = thrown([&] {
    container.store->put("a", []() -> std::string_view { throw Error(Failure::interrupted, "interrupted"); });
  });
  CHECK(error.failure == Failure::interrupted);
}

TEST_CASE("an Azure object that is absent counts as removed, unless its container is missing") {
  Container container;
  const auto line = "DELETE " + object_url;
  container.transport->expect(line, answer(202, ""));
  container.store->remove(object_name);
  container.transport->expect(line, answer(404, no_blob));
  container.store->remove(object_name);
  container.transport->expect(line, answer(404, no_container));
  CHECK(thrown([&] { container.store->remove(object_name); }).failure == Failure::storage);
  container.transport->expect(line, answer(409, "<Error><Code>SnapshotsPresent</Code></Error>"));
  CHECK(thrown([&] { container.store->remove(object_name); }).message ==
        shown_name + " was refused: SnapshotsPresent: no reason given (status 409)");
}

TEST_CASE("names that leave the folder are never asked of Azure") {
  Container container;
  for (const auto* name : {"../x", "/x", "a//b", "", "/"}) {
    INFO(name);
    CHECK(thrown([&] { container.store->list(name); }).failure == Failure::integrity);
    CHECK(thrown([&] { container.store->read_request(name, {0, 1}, ""); }).failure == Failure::integrity);
    CHECK(thrown([&] { container.store->put(name, [] { return std::string_view(); }); }).failure ==
          Failure::integrity);
    CHECK(thrown([&] { container.store->remove(name); }).failure == Failure::integrity);
  }
  CHECK(container.transport->requests().empty());
}

TEST_CASE("an Azure configuration without a container is refused") {
  CloudScene scene;
  CHECK(thrown([&] { container_store("", scene); }).failure == Failure::storage);
}
