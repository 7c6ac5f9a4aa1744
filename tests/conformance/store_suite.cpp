// What every store must do, run over the one that the JSON document in the file $DET_STORE_UNDER_TEST
// describes:
//
//   configuration  checkpoint_storage; the type "directory" for a directory of this machine
//   wrong          the same, but with wrong_secret, which the server refuses; absent: there is no such thing
//   digest         the kind that a list states for a small object ("md5", "crc32c"); empty: none
//   versions       whether objects have versions
//   names          unusual ones that not every store can hold
//
// store_suite.py writes it. The store is empty at first; each test keeps to a folder of its own.

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "http/curl_transport.hpp"
#include "http/retry.hpp"
#include "model/error.hpp"
#include "storage/directory_store.hpp"
#include "storage/remote_store.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/thrown.hpp"

namespace det::testing {
namespace {

using storage::ByteRange;
using storage::StoredObject;
using Objects = std::optional<std::vector<StoredObject>>;

constexpr std::uint64_t everything = std::uint64_t{1} << 40;

const nlohmann::json& described() {
  static const auto document = nlohmann::json::parse(std::ifstream(std::getenv("DET_STORE_UNDER_TEST")));
  return document;
}

model::StorageConfiguration configuration(const nlohmann::json& section) {
  const auto text = [&](const char* name) { return section.value(name, std::string()); };
  model::StorageConfiguration storage;
  storage.type = text("type");
  storage.container_path = text("container_path");
  storage.bucket = text("bucket");
  storage.container = text("container");
  storage.prefix = text("prefix");
  storage.endpoint_url = text("endpoint_url");
  storage.access_key = text("access_key");
  storage.secret_key = text("secret_key");
  storage.connection_string = text("connection_string");
  return storage;
}

std::shared_ptr<http::Transport> transport() {
  static const NeverCancelled never;
  return http::retrying(http::curl_transport({}, never), {}, http::real_retry_clock(never));
}

storage::Surroundings surroundings() {
  return {.environment = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
          },
          .home = {},
          .transport = transport(),
          .now = [] { return std::chrono::system_clock::now(); }};
}

std::unique_ptr<storage::RemoteStore> open_remote(const char* which) {
  return storage::open_remote_store(configuration(described().at(which)), surroundings());
}

bool is_remote() {
  return described().at("configuration").at("type") != "directory";
}

std::unique_ptr<storage::WritableStore> open() {
  if (is_remote()) return open_remote("configuration");
  const auto path = configuration(described().at("configuration")).container_path;
  return std::make_unique<storage::DirectoryStore>(path, path);
}

void put(storage::WritableStore& store, const std::string& name, const std::string& bytes) {
  store.put(name, [&, given = false]() mutable -> std::string_view {
    return std::exchange(given, true) ? std::string_view() : std::string_view(bytes);
  });
}

std::string read(const storage::Store& store, const std::string& name, ByteRange range = {0, everything}) {
  std::string bytes;
  const bool there = store.read(name, range, [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  return there ? bytes : "(absent)";
}

// "path size" of each object, folders left out; they are not every store's.
std::vector<std::string> listed(const Objects& objects) {
  if (!objects) return {"(absent)"};
  std::vector<std::string> lines;
  for (const auto& object : *objects) {
    if (!object.path.ends_with('/')) lines.push_back(object.path + " " + std::to_string(object.size_bytes));
  }
  return lines;
}

StoredObject one(const storage::Store& store, const std::string& folder, const std::string& path) {
  const auto objects = store.list(folder);
  if (objects) {
    for (const auto& object : *objects) {
      if (object.path == path) return object;
    }
  }
  throw std::runtime_error(folder + " does not list " + path);
}

// Bytes that differ from one place to another.
std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t state = 88172645463325252U;
  for (auto& byte : bytes) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    byte = static_cast<char>(state);
  }
  return bytes;
}

std::optional<storage::Digest> digest_of(const std::string& kind, const std::string& bytes) {
  if (kind.empty()) return std::nullopt;
  storage::Hasher hasher({kind == "md5" ? storage::DigestKind::md5 : storage::DigestKind::crc32c});
  hasher.add(bytes);
  return hasher.finish().front();
}

struct Answer {
  int status = 0;
  std::string body;
  std::string version;
};

// What the request that a store signs is answered.
Answer sent(const storage::RemoteStore& store, const http::Request& request) {
  const auto response = transport()->send(request);
  Answer answer;
  answer.status = response->status();
  answer.version = store.version_of([&](std::string_view name) { return response->header(name); });
  answer.body = http::read_all(*response, std::size_t{1} << 20U);
  return answer;
}

}  // namespace

TEST_CASE("what was put is read back, the whole of it and parts") {
  const auto store = open();
  put(*store, "parts/file", "0123456789");
  CHECK(read(*store, "parts/file") == "0123456789");
  CHECK(read(*store, "parts/file", {0, 1}) == "0");
  CHECK(read(*store, "parts/file", {3, 4}) == "3456");
  CHECK(read(*store, "parts/file", {9, 1}) == "9");
}

TEST_CASE("beyond the end of an object there are no bytes") {
  const auto store = open();
  put(*store, "end/file", "0123456789");
  CHECK(read(*store, "end/file", {7, 100}) == "789");
  CHECK(read(*store, "end/file", {10, 5}).empty());
  CHECK(read(*store, "end/file", {1000, 5}).empty());
  CHECK(read(*store, "end/file", {5, 0}).empty());
}

TEST_CASE("an empty object is there") {
  const auto store = open();
  put(*store, "empty/file", "");
  CHECK(read(*store, "empty/file").empty());
  CHECK(read(*store, "empty/file", {0, 10}).empty());
  CHECK(listed(store->list("empty")) == std::vector<std::string>{"file 0"});
}

TEST_CASE("what is absent is not read and not listed") {
  const auto store = open();
  put(*store, "there/file", "x");
  CHECK(read(*store, "there/other") == "(absent)");
  CHECK(read(*store, "nowhere/file") == "(absent)");
  CHECK(read(*store, "there/other", {100, 10}) == "(absent)");
  CHECK(listed(store->list("nowhere")) == std::vector<std::string>{"(absent)"});
  CHECK(listed(store->list("there/nowhere")) == std::vector<std::string>{"(absent)"});
}

TEST_CASE("a large object that comes in pieces is read by ranges") {
  constexpr std::size_t size = (std::size_t{20} << 20U) + 12'345;
  constexpr std::size_t piece = 300'007;
  const auto bytes = pattern(size);
  const auto store = open();
  store->put("large/file", [&, at = std::size_t{0}]() mutable {
    const auto next = std::string_view(bytes).substr(std::min(at, size), piece);
    at += next.size();
    return next;
  });
  CHECK((read(*store, "large/file") == bytes));
  CHECK((read(*store, "large/file", {8'388'607, 9'000'001}) == bytes.substr(8'388'607, 9'000'001)));
  CHECK((read(*store, "large/file", {size - 5, 100}) == bytes.substr(size - 5)));
  CHECK(read(*store, "large/file", {size, 100}).empty());
  const auto object = one(*store, "large", "file");
  CHECK(object.size_bytes == size);
  if (object.digest)
    CHECK((digest_of(std::string(digest_name(object.digest->kind)), bytes) == object.digest));
}

TEST_CASE("a reader that wants no more is given no more") {
  const auto store = open();
  put(*store, "enough/file", pattern(3'000'000));
  std::size_t pieces = 0;
  CHECK(store->read("enough/file", {0, everything}, [&](std::string_view) {
    ++pieces;
    return false;
  }));
  CHECK(pieces == 1);
}

TEST_CASE("an object takes the place of another at once, or not at all") {
  const auto store = open();
  put(*store, "again/file", "the first");
  put(*store, "again/file", "the second, longer");
  CHECK(read(*store, "again/file") == "the second, longer");
  const auto breaking = [given = false]() mutable -> std::string_view {
    if (std::exchange(given, true)) throw std::runtime_error("the source broke");
    return "the third";
  };
  CHECK_THROWS_WITH(store->put("again/file", breaking), "the source broke");
  CHECK_THROWS_WITH(store->put("again/new", breaking), "the source broke");
  CHECK(read(*store, "again/file") == "the second, longer");
  CHECK(listed(store->list("again")) == std::vector<std::string>{"file 18"});
}

TEST_CASE("a large object whose source breaks leaves nothing") {
  const auto bytes = pattern(std::size_t{6} << 20U);
  const auto store = open();
  put(*store, "broken/other", "x");
  const auto breaking = [&, pieces = 0]() mutable -> std::string_view {
    if (++pieces == 4) throw std::runtime_error("the source broke");
    return bytes;
  };
  CHECK_THROWS_WITH(store->put("broken/file", breaking), "the source broke");
  CHECK(listed(store->list("broken")) == std::vector<std::string>{"other 1"});
}

TEST_CASE("a list holds what lies below its folder, by path in byte order, with digests and versions") {
  const auto store = open();
  const std::map<std::string, std::string> files = {{"Upper", "1"},  {"a-b", "22"},      {"a.b", "333"},
                                                    {"a/b", "4444"}, {"a/c/d", "55555"}, {"z", "666666"}};
  for (const auto& [path, bytes] : files) put(*store, "abc/" + path, bytes);
  put(*store, "abc-def/other", "x");
  put(*store, "abcd/other", "x");
  CHECK(listed(store->list("abc")) ==
        std::vector<std::string>{"Upper 1", "a-b 2", "a.b 3", "a/b 4", "a/c/d 5", "z 6"});
  CHECK(listed(store->list("abc/a")) == std::vector<std::string>{"b 4", "c/d 5"});
  CHECK(listed(store->list("ab")) == std::vector<std::string>{"(absent)"});
  const auto objects = store->list("abc");
  REQUIRE(objects);
  for (const auto& object : *objects) {
    if (object.path.ends_with('/')) continue;
    CAPTURE(object.path);
    CHECK((object.digest == digest_of(described().at("digest"), files.at(object.path))));
    CHECK(object.version.empty() == !described().at("versions").get<bool>());
  }
}

TEST_CASE("a list of many pages is whole") {
  constexpr int count = 1'100;
  const auto store = open();
  std::vector<std::string> wanted;
  for (int number = 0; number < count; ++number) {
    auto name = std::to_string(10'000 + number);
    put(*store, "many/" + name, name);
    wanted.push_back(name + " 5");
  }
  CHECK((listed(store->list("many")) == wanted));
}

TEST_CASE("any name is kept as it is") {
  std::vector<std::string> names = {"a b",
                                    " c ",
                                    "+&%41",
                                    "a:b?c#d",
                                    "=;,@$!*'()[]{}|^~`<>\"",
                                    "\u00e9\u65e5\u672c",
                                    "%2e%2e",
                                    "..x",
                                    "x..",
                                    "sub folder/50%/\u00fc"};
  for (const auto& name : described().at("names")) names.push_back(name);
  const auto store = open();
  for (const auto& name : names) {
    CAPTURE(name);
    put(*store, "names/" + name, name);
    CHECK(read(*store, "names/" + name) == name);
  }
  std::vector<std::string> wanted;
  for (const auto& name : names) wanted.push_back(name + " " + std::to_string(name.size()));
  std::sort(wanted.begin(), wanted.end());
  CHECK(listed(store->list("names")) == wanted);
  for (const auto& name : names) {
    store->remove("names/" + name);
    CHECK(read(*store, "names/" + name) == "(absent)");
  }
}

TEST_CASE("a name that leaves the store is refused") {
  const auto store = open();
  for (const std::string name : {"../x", "a/../../x", "/abs", "a//b", "", "."}) {
    CAPTURE(name);
    CHECK(thrown([&] { read(*store, name); }).failure == Failure::integrity);
    CHECK(thrown([&] { put(*store, name, "x"); }).failure == Failure::integrity);
    CHECK(thrown([&] { store->remove(name); }).failure == Failure::integrity);
  }
}

TEST_CASE("what was removed is gone, and may be removed again") {
  const auto store = open();
  put(*store, "removed/one", "1");
  put(*store, "removed/two", "2");
  store->remove("removed/one");
  CHECK(read(*store, "removed/one") == "(absent)");
  CHECK(listed(store->list("removed")) == std::vector<std::string>{"two 1"});
  CHECK_NOTHROW(store->remove("removed/one"));
  CHECK_NOTHROW(store->remove("never/was"));
}

TEST_CASE("a request for a version is not answered with another") {
  if (!is_remote()) return;
  const auto store = open_remote("configuration");
  put(*store, "pinned/file", "before");
  const auto before = one(*store, "pinned", "file");
  const auto same = sent(*store, store->read_request("pinned/file", {2, 3}, before.version));
  CHECK(same.body == "for");
  CHECK((same.status == 206 && same.version == before.version));

  put(*store, "pinned/file", "after!");
  CHECK(one(*store, "pinned", "file").version != before.version);
  const auto other = sent(*store, store->read_request("pinned/file", {0, 6}, before.version));
  CAPTURE(other.status, other.version);
  if (other.status == 200 || other.status == 206) {
    CHECK(other.version != before.version);
  } else {
    CHECK(store->refusal("pinned/file", other.status, other.body).failure == Failure::integrity);
  }
}

TEST_CASE("a request for what is absent is answered with that") {
  if (!is_remote()) return;
  const auto store = open_remote("configuration");
  const auto answer = sent(*store, store->read_request("nowhere/file", {0, 6}, ""));
  CHECK(answer.status == 404);
  const auto refusal = store->refusal("nowhere/file", answer.status, answer.body);
  CHECK(refusal.failure == Failure::not_found);
  CHECK(refusal.message.find("nowhere/file") != std::string::npos);
}

TEST_CASE("what the server refuses is a failure and not absence") {
  if (!described().contains("wrong")) return;
  const auto store = open_remote("wrong");
  const auto refused = [](const Error& error) {
    CAPTURE(error.message);
    CHECK((error.failure == Failure::storage || error.failure == Failure::permission));
    CHECK(error.message.find(described().at("wrong_secret").get<std::string>()) == std::string::npos);
  };
  refused(thrown([&] { read(*store, "there/file"); }));
  refused(thrown([&] { store->list("there"); }));
  refused(thrown([&] { put(*store, "there/file", "x"); }));
  refused(thrown([&] { store->remove("there/file"); }));
}

}  // namespace det::testing
