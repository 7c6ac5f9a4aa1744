#include "storage/file_reader.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "storage/remote_exchange.hpp"
#include "tests/support/thrown.hpp"
#include "tests/unit/storage/scene.hpp"
#include "tests/unit/storage/tar_writer.hpp"

using namespace det;
using testing::PiecedResponse;
using testing::thrown;
using testing::write_file;

namespace {

const testing::NeverCancelled never;

std::string read(storage::FileReader& reader, const std::string& path, std::uint64_t size) {
  std::string bytes;
  reader.read({path, size}, [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  return bytes;
}

// An archive in each kind that is served; an empty one is refused as a kind.
std::unique_ptr<storage::FileReader> archive(std::string tar, std::string gzip) {
  return storage::archive_reader(
      "master http://m:8080",
      [tar = std::move(tar), gzip = std::move(gzip)](storage::ArchiveKind kind) {
        const auto& bytes = kind == storage::ArchiveKind::tar ? tar : gzip;
        if (bytes.empty()) throw Error(Failure::master, "not served").with_status(415);
        return std::make_unique<PiecedResponse>(bytes, 100);
      },
      never);
}

// A store with one object, that writes down what it is asked for.
class OneObject final : public storage::RemoteStore {
 public:
  OneObject(std::string name, std::string bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}

  std::string address() const override { return "s3://bucket"; }
  std::optional<std::vector<storage::StoredObject>> list(const std::string&) const override {
    return std::vector<storage::StoredObject>{{name_, bytes_.size(), std::nullopt, "v7"}};
  }
  bool read(const std::string&, storage::ByteRange, const storage::ByteSink&) const override { return false; }
  void put(const std::string&, const storage::Pieces&) override {}
  void remove(const std::string&) override {}
  http::Request read_request(const std::string& name, storage::ByteRange range,
                             const std::string& version) const override {
    http::Request request;
    request.url = "http://bucket/" + name + "?v=" + version;
    request.headers = {{"Range", storage::range_header(range)}};
    return request;
  }
  std::string version_of(const storage::HeaderOf&) const override { return "v7"; }
  std::optional<storage::Digest> digest_of(const storage::HeaderOf&) const override { return std::nullopt; }
  Error refusal(const std::string& name, int status, std::string_view body) const override {
    return Error(Failure::integrity, name + " " + std::to_string(status) + " " + std::string(body));
  }

 private:
  std::string name_;
  std::string bytes_;
};

class Answering final : public http::Transport {
 public:
  Answering(int status, std::string body) : status_(status), body_(std::move(body)) {}
  std::unique_ptr<http::Response> send(const http::Request& request) override {
    asked.push_back(request.url + " " + request.headers.at(0).value);
    return std::make_unique<Body>(status_, body_);
  }
  std::vector<std::string> asked;

 private:
  class Body final : public http::Response {
   public:
    Body(int status, std::string body) : status_(status), pieces_(std::move(body), 3) {}
    int status() const override { return status_; }
    std::optional<std::string> header(std::string_view name) const override {
      if (name != "Content-Range") return std::nullopt;
      return "bytes 0-9/10";
    }
    std::string_view next() override { return pieces_.next(); }

   private:
    int status_;
    PiecedResponse pieces_;
  };

  int status_;
  std::string body_;
};

std::unique_ptr<storage::FileReader> of_store(const std::shared_ptr<Answering>& transport) {
  const auto store = std::make_shared<OneObject>("code/model.py", "0123456789");
  return storage::store_reader(
      "storage s3://bucket",
      [=] {
        return storage::OpenStore{store, transport};
      },
      "a5", never);
}

}  // namespace

TEST_CASE("a file of a directory is read whole, in pieces") {
  const testing::TemporaryDirectory directory;
  const std::string large(1'000'000, 'x');
  write_file(directory / "a5" / "deep" / "model.pt", large);
  const auto reader = storage::directory_reader(directory / "a5", never);
  CHECK(reader->description() == "directory " + (directory / "a5").string());
  CHECK(read(*reader, "deep/model.pt", large.size()) == large);
  REQUIRE(reader->list());
  CHECK(reader->list()->back().path == "deep/model.pt");
}

TEST_CASE("the list of a directory has the digests that are stated of its files") {
  const testing::TemporaryDirectory directory;
  write_file(directory / "a5" / "metadata.json", "{}");
  write_file(directory / "a5" / "model.pt", "abc");
  const storage::Digest digest{storage::DigestKind::crc32c, "1234"};
  const auto reader = storage::directory_reader(directory / "a5", never, {{"model.pt", digest}});
  const auto listed = reader->list().value();
  REQUIRE(listed.size() == 2);
  CHECK_FALSE(listed[0].digest);
  CHECK(listed[1].digest == digest);
}

TEST_CASE("what is not the listed file in a directory is refused before its first byte") {
  const testing::TemporaryDirectory directory;
  write_file(directory / "outside", "secret");
  write_file(directory / "a5" / "short", "abc");
  std::filesystem::create_symlink("../outside", directory / "a5" / "link");
  REQUIRE(mkfifo((directory / "a5" / "fifo").c_str(), 0600) == 0);
  const auto reader = storage::directory_reader(directory / "a5", never);
  CHECK(thrown([&] { read(*reader, "short", 4); }).message == "\"short\" has 3 bytes, the list says 4");
  CHECK(thrown([&] { read(*reader, "short", 4); }).failure == Failure::integrity);
  CHECK(thrown([&] { read(*reader, "link", 6); }).failure == Failure::storage);
  CHECK(thrown([&] { read(*reader, "fifo", 0); }).failure == Failure::storage);
  CHECK(thrown([&] { read(*reader, "gone", 1); }).failure == Failure::storage);
  CHECK(thrown([&] { read(*reader, "../outside", 6); }).failure == Failure::integrity);
}

TEST_CASE("whoever reads may stop early") {
  const testing::TemporaryDirectory directory;
  write_file(directory / "a5" / "model.pt", std::string(1'000'000, 'x'));
  const auto reader = storage::directory_reader(directory / "a5", never);
  std::size_t pieces = 0;
  reader->read({"model.pt", 1'000'000}, [&](std::string_view) { return ++pieces < 2; });
  CHECK(pieces == 2);
}

TEST_CASE("an archive is read until the file comes, and no further") {
  const auto tar = testing::member({.name = "a", .contents = "first"}) +
                   testing::member({.name = "code/b", .contents = "second"}) + std::string(512, 'x');
  CHECK(read(*archive(tar, ""), "code/b", 6) == "second");
  const auto whole = testing::member({.name = "b", .contents = "packed"}) + testing::tar_end();
  CHECK(read(*archive("", testing::gzip(whole)), "b", 6) == "packed");
  CHECK_FALSE(archive(tar, "")->list());
}

TEST_CASE("an archive without the file, or with another of its name, is damaged") {
  const auto tar = testing::member({.name = "a", .contents = "first"}) + testing::tar_end();
  CHECK(thrown([&] { read(*archive(tar, ""), "b", 5); }).message ==
        "the archive lacks \"b\", which the list names");
  CHECK(thrown([&] { read(*archive(tar, ""), "a", 6); }).message == "\"a\" has 5 bytes, the list says 6");
}

TEST_CASE("an object is asked for in the version that the store lists") {
  const auto transport = std::make_shared<Answering>(206, "0123456789");
  CHECK(read(*of_store(transport), "code/model.py", 10) == "0123456789");
  CHECK(transport->asked == std::vector<std::string>{"http://bucket/a5/code/model.py?v=v7 bytes=0-9"});
}

TEST_CASE("an object that has changed, is cut short or is not there is told in the store's words") {
  const auto changed = std::make_shared<Answering>(412, "PreconditionFailed");
  CHECK(thrown([&] { read(*of_store(changed), "code/model.py", 10); }).message ==
        "a5/code/model.py 412 PreconditionFailed");
  const auto cut = std::make_shared<Answering>(206, "01234");
  CHECK(thrown([&] { read(*of_store(cut), "code/model.py", 10); }).failure == Failure::integrity);
  const auto unasked = std::make_shared<Answering>(206, "");
  CHECK(thrown([&] { read(*of_store(unasked), "other", 1); }).message == "\"other\" is not in s3://bucket");
  CHECK(thrown([&] { read(*of_store(unasked), "code/model.py", 11); }).message ==
        "\"code/model.py\" has 10 bytes, the list says 11");
  CHECK(unasked->asked.empty());
}
