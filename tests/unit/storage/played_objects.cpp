#include "tests/unit/storage/played_objects.hpp"

#include <utility>

#include "storage/digest.hpp"

namespace det::testing {
namespace {

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

// The lines that AnswerHead reads.
http::AnswerHead head_of(const PlayedAnswer& answer) {
  http::AnswerHead head;
  head.add_line("HTTP/1.1 " + std::to_string(answer.status) + " played\r\n");
  for (const auto& [name, value] : answer.headers) head.add_line(name + ": " + value + "\r\n");
  head.add_line("\r\n");
  return head;
}

// As the one over libcurl: what a receiver throws ends its transfer.
class PlayedBulk final : public http::Bulk {
 public:
  explicit PlayedBulk(PlayedObjects& objects) : objects_(objects) {}

  void start(const http::Request& request, http::Receiver& receiver) override {
    started_.emplace_back(request, &receiver);
  }
  std::size_t running() const override { return started_.size(); }
  void drive(std::chrono::milliseconds) override {
    for (auto& [request, receiver] : std::exchange(started_, {})) {
      receiver->end(play(objects_.answer(request), *receiver));
    }
  }
  void abandon() override { started_.clear(); }
  void wake() override {}

 private:
  static std::optional<Error> play(const PlayedAnswer& answer, http::Receiver& receiver) {
    constexpr std::size_t piece = 300'000;
    try {
      receiver.head(head_of(answer));
      for (std::size_t at = 0; at < answer.body.size(); at += piece) {
        receiver.body(std::string_view(answer.body).substr(at, piece));
      }
    } catch (const Error& error) {
      return error;
    }
    return answer.broken_by;
  }

  PlayedObjects& objects_;
  std::vector<std::pair<http::Request, http::Receiver*>> started_;
};

}  // namespace

class PlayedStore final : public storage::RemoteStore {
 public:
  explicit PlayedStore(PlayedObjects& objects) : objects_(objects) {}

  std::string address() const override { return "played://bucket"; }

  std::optional<std::vector<storage::StoredObject>> list(const std::string& folder) const override {
    const std::lock_guard lock(objects_.mutex_);
    std::vector<storage::StoredObject> listed;
    for (const auto& [name, object] : objects_.objects_) {
      if (!name.starts_with(folder + "/")) continue;
      listed.push_back(
          {name.substr(folder.size() + 1), object.bytes.size(), stated(object.bytes), object.version});
    }
    return listed.empty() ? std::nullopt : std::optional(listed);
  }

  http::Request read_request(const std::string& name, storage::ByteRange range,
                             const std::string& version) const override {
    return {.url = name,
            .headers = {
                {"offset", number(range.offset)}, {"length", number(range.length)}, {"version", version}}};
  }

  std::string version_of(const storage::HeaderOf& header) const override {
    return header("ETag").value_or("");
  }
  std::optional<storage::Digest> digest_of(const storage::HeaderOf&) const override { return std::nullopt; }
  std::optional<storage::Digest> ask_digest(const std::string&) const override {
    ++objects_.asked_for_digests_;
    return std::nullopt;
  }
  Error refusal(const std::string& name, int status, std::string_view body) const override {
    return Error(status == 412 ? Failure::integrity : Failure::storage,
                 name + ": " + std::to_string(status) + " " + std::string(body));
  }

  bool read(const std::string&, storage::ByteRange, const storage::ByteSink&) const override { return false; }
  void put(const std::string&, const storage::Pieces&) override {}
  void remove(const std::string&) override {}

 private:
  std::optional<storage::Digest> stated(const std::string& bytes) const {
    if (!objects_.stated_) return std::nullopt;
    storage::Hasher hasher({*objects_.stated_});
    hasher.add(bytes);
    return hasher.finish().front();
  }

  PlayedObjects& objects_;
};

void PlayedObjects::put(const std::string& name, std::string bytes) {
  const std::lock_guard lock(mutex_);
  objects_[name] = {std::move(bytes), "\"v" + std::to_string(++versions_) + "\""};
}

std::unique_ptr<storage::RemoteStore> PlayedObjects::store() {
  return std::make_unique<PlayedStore>(*this);
}

std::unique_ptr<http::Bulk> PlayedObjects::bulk() {
  return std::make_unique<PlayedBulk>(*this);
}

PlayedAnswer PlayedObjects::answer(const http::Request& request) {
  const std::lock_guard lock(mutex_);
  const Asked asked{request.url,
                    {std::stoull(request.headers[0].value), std::stoull(request.headers[1].value)},
                    request.headers[2].value};
  const auto& object = objects_.at(asked.name);
  PlayedAnswer answer;
  answer.body = object.bytes.substr(asked.range.offset, asked.range.length);
  answer.headers["ETag"] = object.version;
  answer.headers["Content-Length"] = number(answer.body.size());
  answer.headers["Content-Range"] = "bytes " + number(asked.range.offset) + "-" +
                                    number(asked.range.offset + answer.body.size() - 1) + "/" +
                                    number(object.bytes.size());
  if (asked.version != object.version) answer = {.status = 412, .body = "changed"};
  on_request(answer, asked, asked_.size());
  asked_.push_back(asked);
  return answer;
}

std::vector<PlayedObjects::Asked> PlayedObjects::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::uint64_t PlayedObjects::asked_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& one : asked()) bytes += one.range.length;
  return bytes;
}

}  // namespace det::testing
