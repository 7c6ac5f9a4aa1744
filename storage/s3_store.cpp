#include "storage/s3_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/object_list.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/s3_answers.hpp"
#include "storage/s3_requests.hpp"
#include "storage/upload_pieces.hpp"

namespace det::storage {
namespace {

constexpr int ok = 200;
constexpr int not_found = 404;
constexpr int precondition_failed = 412;
constexpr int range_not_satisfiable = 416;
constexpr std::size_t at_once_bytes = std::size_t{64} << 20U;
constexpr std::size_t part_bytes = std::size_t{16} << 20U;  // a divisor of at_once_bytes
constexpr std::size_t most_parts = 10'000;                  // "Amazon S3 multipart upload limits"

HeaderOf headers_of(const http::Response& response) {
  return [&response](std::string_view name) { return response.header(name); };
}

Error refused(std::string_view address, int status, std::string_view body) {
  const auto refusal = s3_refusal(body);
  const auto code = said(refusal.code, "");
  const auto why = said(refusal.message, "the store gave no reason");
  return answered(Failure::storage,
                  fmt::format("{} was refused: {}{}{}", address, code, code.empty() ? "" : ": ", why),
                  status);
}

bool is_absent(const S3Answer& answer) {
  return answer.status() == not_found && s3_refusal(answer.refusal).code != "NoSuchBucket";
}

// An upload in parts, which leaves nothing behind unless it is completed.
class Upload {
 public:
  Upload(S3Requests& requests, std::string key, std::string address)
      : requests_(requests), key_(std::move(key)), address_(std::move(address)) {
    const auto answer = sent({.method = "POST", .key = key_, .query = {{"uploads", ""}}});
    id_ = s3_upload_id(body_of(*answer.response));
  }
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() {
    if (id_.empty()) return;
    try {
      requests_.send({.method = "DELETE", .key = key_, .query = {{"uploadId", id_}}});
    } catch (const std::exception&) {  // a destructor; what went wrong before is what counts
    }
  }

  void add(std::string bytes) {
    if (etags_.size() == most_parts) {
      throw Error(Failure::storage,
                  fmt::format("{} is longer than {} parts of {} bytes", address_, most_parts, part_bytes));
    }
    const auto number = fmt::format("{}", etags_.size() + 1);
    const auto answer = sent({.method = "PUT",
                              .key = key_,
                              .query = {{"partNumber", number}, {"uploadId", id_}},
                              .body = std::move(bytes)});
    etags_.push_back(answer.response->header("ETag").value_or(""));
    body_of(*answer.response);
  }

  void complete() {
    const auto answer =
        sent({.method = "POST", .key = key_, .query = {{"uploadId", id_}}, .body = s3_completion(etags_)});
    const auto body = body_of(*answer.response);
    // It may fail after it has begun to answer.
    if (!s3_refusal(body).code.empty()) throw refused(address_, answer.status(), body);
    id_.clear();
  }

 private:
  S3Answer sent(S3Call call) {
    auto answer = requests_.send(std::move(call));
    if (!answer.succeeded()) throw refused(address_, answer.status(), answer.refusal);
    return answer;
  }

  S3Requests& requests_;
  std::string key_;
  std::string address_;
  std::string id_;
  std::vector<std::string> etags_;
};

class S3Store final : public RemoteStore {
 public:
  S3Store(const model::StorageConfiguration& configuration, const Surroundings& surroundings,
          const std::string& trusted)
      : requests_(std::make_unique<S3Requests>(configuration, surroundings, trusted)) {}

  std::string address() const override {
    const auto& place = requests_->place();
    return fmt::format("s3://{}{}{}", place.bucket, place.prefix.empty() ? "" : "/", place.prefix);
  }

  std::optional<std::vector<StoredObject>> list(const std::string& folder) const override;
  bool read(const std::string& name, ByteRange range, const ByteSink& sink) const override;
  void put(const std::string& name, const Pieces& bytes) override;
  void remove(const std::string& name) override;

  http::Request read_request(const std::string& name, ByteRange range,
                             const std::string& version) const override {
    return requests_->signed_request(read_call(name, range, version));
  }
  std::string version_of(const HeaderOf& header) const override {
    return s3_version(header("ETag").value_or(""));
  }
  std::optional<Digest> digest_of(const HeaderOf& header) const override { return s3_digest(header); }
  std::optional<Digest> ask_digest(const std::string& name) const override;
  Error refusal(const std::string& name, int status, std::string_view body) const override;

 private:
  std::string key_of(const std::string& name) const {
    const auto& prefix = requests_->place().prefix;
    return prefix.empty() ? name : prefix + "/" + name;
  }
  std::string shown(const std::string& name) const { return printable(address() + "/" + name); }
  S3Call read_call(const std::string& name, ByteRange range, const std::string& version) const;
  S3Page page(const std::string& prefix, const std::string& mark) const;
  ObjectList all_pages(const std::string& prefix) const;
  bool etags_are_md5(const std::string& key) const;

  std::unique_ptr<S3Requests> requests_;  // learns keys and regions as it goes
};

S3Page S3Store::page(const std::string& prefix, const std::string& mark) const {
  S3Call call{.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}}};
  if (!mark.empty()) call.query.emplace_back("continuation-token", mark);
  const auto answer = requests_->send(std::move(call));
  if (answer.succeeded()) return s3_page(body_of(*answer.response));
  throw refused(fmt::format("the list of {}", printable(address())), answer.status(), answer.refusal);
}

ObjectList S3Store::all_pages(const std::string& prefix) const {
  ObjectList listed(prefix);
  for (auto next = page(prefix, "");; next = page(prefix, next.next)) {
    for (auto& object : next.objects) listed.add(std::move(object));
    if (!listed.goes_on(next.next)) return listed;
  }
}

// Objects of one folder are written by one hand and encrypted alike: one of them tells.
bool S3Store::etags_are_md5(const std::string& key) const {
  const auto answer = requests_->send({.method = "HEAD", .key = key});
  return answer.status() == ok && s3_etag_is_md5(headers_of(*answer.response));
}

std::optional<std::vector<StoredObject>> S3Store::list(const std::string& folder) const {
  require_relative(folder);
  const auto prefix = key_of(folder) + "/";
  auto objects = all_pages(prefix).finish();
  if (!objects) return objects;
  const auto stated =
      std::find_if(objects->begin(), objects->end(), [](const auto& object) { return object.digest; });
  if (stated != objects->end() && !etags_are_md5(prefix + stated->path)) {
    for (auto& object : *objects) object.digest.reset();
  }
  return objects;
}

std::optional<Digest> S3Store::ask_digest(const std::string& name) const {
  require_relative(name);
  const auto answer = requests_->send(
      {.method = "HEAD", .key = key_of(name), .headers = {{"x-amz-checksum-mode", "ENABLED"}}});
  if (answer.status() != ok) return std::nullopt;
  return s3_digest(headers_of(*answer.response));
}

S3Call S3Store::read_call(const std::string& name, ByteRange range, const std::string& version) const {
  require_relative(name);
  S3Call call{.key = key_of(name),
              .headers = {{"Range", range_header(range)}, {"x-amz-checksum-mode", "ENABLED"}}};
  // If-Match compares strong ETags only (RFC 9110, 13.1.1): a weak one would always be refused.
  if (version.starts_with('"')) call.headers.push_back({"If-Match", version});
  return call;
}

bool S3Store::read(const std::string& name, ByteRange range, const ByteSink& sink) const {
  const bool nothing = range.length == 0;
  auto call = read_call(name, nothing ? ByteRange{0, 1} : range, "");
  if (nothing) call.method = "HEAD";
  const auto answer = requests_->send(std::move(call));
  if (is_absent(answer)) return false;
  if (answer.status() == range_not_satisfiable) return true;  // it ends before the range
  if (!answer.succeeded()) throw refusal(name, answer.status(), answer.refusal);
  if (!nothing) deliver(*answer.response, range, sink);
  return true;
}

void S3Store::put(const std::string& name, const Pieces& bytes) {
  require_relative(name);
  UploadPieces pieces(bytes);
  auto first = pieces.take(at_once_bytes);
  if (pieces.at_end()) {
    const auto answer = requests_->send({.method = "PUT", .key = key_of(name), .body = std::move(first)});
    if (!answer.succeeded()) throw refused(shown(name), answer.status(), answer.refusal);
    body_of(*answer.response);
    return;
  }
  Upload upload(*requests_, key_of(name), shown(name));
  for (std::size_t at = 0; at < first.size(); at += part_bytes) upload.add(first.substr(at, part_bytes));
  first = {};
  while (!pieces.at_end()) upload.add(pieces.take(part_bytes));
  upload.complete();
}

void S3Store::remove(const std::string& name) {
  require_object_name(name);
  const auto answer = requests_->send({.method = "DELETE", .key = key_of(name)});
  if (!answer.succeeded() && !is_absent(answer)) throw refused(shown(name), answer.status(), answer.refusal);
}

Error S3Store::refusal(const std::string& name, int status, std::string_view body) const {
  if (status == not_found && s3_refusal(body).code != "NoSuchBucket") {
    return Error(Failure::not_found, fmt::format("there is no {}", shown(name))).with_status(status);
  }
  if (status == precondition_failed) {
    return Error(Failure::integrity, fmt::format("{} has changed since it was listed", shown(name)))
        .with_status(status);
  }
  return refused(shown(name), status, body);
}

}  // namespace

std::unique_ptr<RemoteStore> s3_store(const model::StorageConfiguration& configuration,
                                      const Surroundings& surroundings) {
  return std::make_unique<S3Store>(configuration, surroundings, "");
}

std::unique_ptr<RemoteStore> users_s3_store(const model::StorageConfiguration& configuration,
                                            const Surroundings& surroundings) {
  return std::make_unique<S3Store>(configuration, surroundings, configuration.endpoint_url);
}

}  // namespace det::storage
