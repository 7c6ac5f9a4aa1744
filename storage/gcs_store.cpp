#include "storage/gcs_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/url.hpp"
#include "model/number.hpp"
#include "storage/credentials/google.hpp"
#include "storage/object_list.hpp"
#include "storage/object_prefix.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/trusted_host.hpp"
#include "storage/upload_pieces.hpp"
#include "storage/url_encoding.hpp"

namespace det::storage {
namespace {

using Json = nlohmann::json;

constexpr int ok = 200;
constexpr int no_content = 204;
constexpr int resume_incomplete = 308;
constexpr int not_found = 404;
constexpr int changed = 412;
constexpr std::size_t largest_single_upload = std::size_t{64} << 20U;
constexpr std::size_t upload_part_bytes = std::size_t{16} << 20U;  // of a resumable one: n times 256 KiB

// Where the API answers, and whether it wants credentials.
struct Service {
  std::string url;
  credentials::Authorization authorization;  // none: an emulator
};

Service service(const Surroundings& surroundings) {
  auto emulator = surroundings.environment("STORAGE_EMULATOR_HOST").value_or("");
  if (emulator.empty())
    return {"https://storage.googleapis.com", credentials::google_authorization(surroundings)};
  while (emulator.ends_with('/')) emulator.pop_back();
  return {emulator.find("://") == std::string::npos ? "http://" + emulator : emulator, nullptr};
}

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The API writes 64-bit numbers as strings.
std::uint64_t size_of(const Json& object) {
  const auto text = text_of(object, "size");
  if (const auto size = model::number<std::uint64_t>(text)) return *size;
  throw Error(Failure::storage, "the store gave no valid answer: an object has no size");
}

std::optional<Digest> digest_of_item(const Json& object) {
  auto digest = stated_digest(DigestKind::crc32c, text_of(object, "crc32c"));
  return digest ? digest : stated_digest(DigestKind::md5, text_of(object, "md5Hash"));
}

// The digest of one kind in "crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ==".
std::optional<Digest> digest_in(std::string_view hashes, std::string_view mark, DigestKind kind) {
  while (!hashes.empty()) {
    auto hash = hashes.substr(0, hashes.find(','));
    hashes.remove_prefix(std::min(hashes.size(), hash.size() + 1));
    while (hash.starts_with(' ')) hash.remove_prefix(1);
    if (hash.starts_with(mark)) return stated_digest(kind, hash.substr(mark.size()));
  }
  return std::nullopt;
}

// The API's reason: of its JSON, or a line of text.
std::string reason_in(std::string_view body) {
  const auto json = Json::parse(body, nullptr, false);
  if (json.is_object() && json.contains("error")) return text_of(json.at("error"), "message");
  const bool plain = !body.starts_with('{') && !body.starts_with('<');
  return plain ? std::string(body) : std::string();
}

bool lacks_bucket(std::string_view body) {
  return body.find("bucket does not exist") != std::string_view::npos;
}

Json valid_json(http::Response& answer) {
  auto json = Json::parse(body_of(answer), nullptr, false);
  if (!json.is_object()) throw Error(Failure::storage, "the store gave no valid answer: it is not JSON");
  return json;
}

// How much of a resumable upload the server has: "bytes=0-42" means 43, and no such header nothing.
std::uint64_t bytes_kept(const http::Response& answer) {
  constexpr std::string_view mark = "bytes=0-";
  const auto range = answer.header("Range").value_or("");
  std::uint64_t last = 0;
  if (!range.starts_with(mark)) return 0;
  const auto problem = std::from_chars(range.data() + mark.size(), range.data() + range.size(), last).ec;
  return problem == std::errc{} ? last + 1 : 0;
}

class GcsStore final : public RemoteStore {
 public:
  GcsStore(const model::StorageConfiguration& configuration, const Surroundings& surroundings)
      : bucket_(configuration.bucket),
        prefix_(normal_prefix(configuration.prefix)),
        transport_(surroundings.transport),
        service_(service(surroundings)) {}

  std::string address() const override {
    return fmt::format("gs://{}{}{}", bucket_, prefix_.empty() ? "" : "/", prefix_);
  }

  std::optional<std::vector<StoredObject>> list(const std::string& folder) const override;
  bool read(const std::string& name, ByteRange range, const ByteSink& sink) const override;
  void put(const std::string& name, const Pieces& bytes) override;
  void remove(const std::string& name) override;

  http::Request read_request(const std::string& name, ByteRange range,
                             const std::string& version) const override;
  std::string version_of(const HeaderOf& header) const override {
    return header("x-goog-generation").value_or("");
  }
  std::optional<Digest> digest_of(const HeaderOf& header) const override;
  Error refusal(const std::string& name, int status, std::string_view body) const override;

 private:
  std::string whole_name(const std::string& name) const {
    return prefix_.empty() ? name : prefix_ + "/" + name;
  }
  std::string shown(const std::string& name) const {
    return printable(fmt::format("gs://{}/{}", bucket_, whole_name(name)));
  }
  http::Request request(std::string method, std::string_view path, const Parameters& query) const;
  std::string object_path(const std::string& name) const {
    return fmt::format("/storage/v1/b/{}/o/{}", url_encoded(bucket_), url_encoded(whole_name(name)));
  }
  Error refused(const std::string& name, int status, std::string_view body) const;
  Error refused(const std::string& name, http::Response& answer) const {
    return refused(name, answer.status(), body_of(answer));
  }
  std::string upload_path() const { return fmt::format("/upload/storage/v1/b/{}/o", url_encoded(bucket_)); }

  std::string add_page(const std::string& prefix, const std::string& page, ObjectList& list) const;
  Json upload_whole(const std::string& name, std::string bytes);
  std::string begin_upload(const std::string& name);
  Json upload_in_parts(const std::string& name, std::string first, UploadPieces& pieces);
  std::optional<Json> upload_part(const std::string& name, http::Request part, std::uint64_t offset,
                                  std::optional<std::uint64_t> total);

  std::string bucket_;
  std::string prefix_;
  std::shared_ptr<http::Transport> transport_;
  Service service_;
};

http::Request GcsStore::request(std::string method, std::string_view path, const Parameters& query) const {
  http::Request made{.method = std::move(method), .url = service_.url + std::string(path)};
  if (!query.empty()) made.url += "?" + query_text(query);
  if (service_.authorization) made.headers.push_back({"Authorization", service_.authorization()});
  return made;
}

std::string GcsStore::add_page(const std::string& prefix, const std::string& page, ObjectList& list) const {
  Parameters query{{"prefix", prefix},
                   {"fields", "items(name,size,md5Hash,crc32c,generation),nextPageToken"}};
  if (!page.empty()) query.emplace_back("pageToken", page);
  const auto path = fmt::format("/storage/v1/b/{}/o", url_encoded(bucket_));
  const auto answer = ask(*transport_, request("GET", path, query));
  if (answer->status() != ok) {
    const auto why = said(reason_in(body_of(*answer)), "it was refused");
    throw answered(Failure::storage, fmt::format("cannot list {}: {}", printable(address()), why),
                   answer->status());
  }
  const auto json = valid_json(*answer);
  const auto items = json.find("items");
  for (const auto& item : items == json.end() ? Json::array() : *items) {
    list.add({.path = text_of(item, "name"),
              .size_bytes = size_of(item),
              .digest = digest_of_item(item),
              .version = text_of(item, "generation")});
  }
  return text_of(json, "nextPageToken");
}

std::optional<std::vector<StoredObject>> GcsStore::list(const std::string& folder) const {
  require_relative(folder);
  const auto prefix = whole_name(folder) + "/";
  ObjectList list(prefix);
  auto page = add_page(prefix, "", list);
  while (list.goes_on(page)) page = add_page(prefix, page, list);
  return list.finish();
}

http::Request GcsStore::read_request(const std::string& name, ByteRange range,
                                     const std::string& version) const {
  require_object_name(name);
  Parameters query{{"alt", "media"}};
  if (!version.empty()) query.emplace_back("ifGenerationMatch", version);
  auto made = request("GET", object_path(name), query);
  made.headers.push_back({"Range", range_header(range)});
  // Without it the server would decompress what is stored with "Content-Encoding: gzip", and ignore the
  // range.
  made.headers.push_back({"Accept-Encoding", "gzip"});
  return made;
}

bool GcsStore::read(const std::string& name, ByteRange range, const ByteSink& sink) const {
  return read_object(*transport_, *this, name, range, sink);
}

std::optional<Digest> GcsStore::digest_of(const HeaderOf& header) const {
  const auto hashes = header("x-goog-hash").value_or("");
  auto digest = digest_in(hashes, "crc32c=", DigestKind::crc32c);
  return digest ? digest : digest_in(hashes, "md5=", DigestKind::md5);
}

Error GcsStore::refusal(const std::string& name, int status, std::string_view body) const {
  if (status == not_found && !lacks_bucket(body)) {
    return answered(Failure::not_found, shown(name) + " does not exist", status);
  }
  if (status == changed) {
    return answered(Failure::integrity, shown(name) + " has changed since it was listed", status);
  }
  return refused(name, status, body);
}

Error GcsStore::refused(const std::string& name, int status, std::string_view body) const {
  const auto why = said(reason_in(body), "no reason given");
  return answered(Failure::storage, fmt::format("{} was refused: {}", shown(name), why), status);
}

Json GcsStore::upload_whole(const std::string& name, std::string bytes) {
  auto upload = request("POST", upload_path(), {{"uploadType", "media"}, {"name", whole_name(name)}});
  upload.headers.push_back({"Content-Type", "application/octet-stream"});
  upload.body = std::move(bytes);
  const auto answer = ask(*transport_, upload);
  if (answer->status() != ok) throw refused(name, *answer);
  return valid_json(*answer);
}

// Returns the address at which the parts are taken; it is a secret, since it needs no other credentials.
std::string GcsStore::begin_upload(const std::string& name) {
  auto begin = request("POST", upload_path(), {{"uploadType", "resumable"}, {"name", whole_name(name)}});
  begin.headers.push_back({"X-Upload-Content-Type", "application/octet-stream"});
  const auto answer = ask(*transport_, begin);
  if (answer->status() != ok) throw refused(name, *answer);
  const auto session = answer->header("Location").value_or("");
  const bool same_server = http::origin(session) == http::origin(service_.url);
  if (same_server || is_tls_within(session, {"googleapis.com"})) return session;
  throw Error(Failure::storage, fmt::format("cannot write {}: the store wants it sent to {}", shown(name),
                                            printable(http::origin(session))));
}

// Sends bytes that begin at `offset`, until the server has them all: it may keep fewer than it was sent.
// Absent: more is to come.
std::optional<Json> GcsStore::upload_part(const std::string& name, http::Request part, std::uint64_t offset,
                                          std::optional<std::uint64_t> total) {
  const auto end = offset + part.body.size();
  while (true) {
    part.headers = {{"Content-Range",
                     fmt::format("bytes {}-{}/{}", offset, end - 1, total ? std::to_string(*total) : "*")}};
    const auto answer = ask(*transport_, part);
    if (answer->status() == ok || answer->status() == ok + 1) return valid_json(*answer);
    if (answer->status() != resume_incomplete) throw refused(name, *answer);
    const auto kept = bytes_kept(*answer);
    if (kept == end && !total) return std::nullopt;
    if (kept <= offset || kept >= end) {
      throw Error(Failure::storage, fmt::format("cannot write {}: the store does not take it", shown(name)));
    }
    part.body.erase(0, static_cast<std::size_t>(kept - offset));
    offset = kept;
  }
}

Json GcsStore::upload_in_parts(const std::string& name, std::string first, UploadPieces& pieces) {
  http::Request part{.method = "PUT", .url = begin_upload(name)};
  std::uint64_t offset = 0;
  for (auto waiting = std::move(first);;) {
    part.body = waiting.substr(0, upload_part_bytes);
    waiting.erase(0, part.body.size());
    if (waiting.empty()) waiting = pieces.take(upload_part_bytes);
    const auto end = offset + part.body.size();
    const auto total = waiting.empty() ? std::optional(end) : std::nullopt;
    if (auto stored = upload_part(name, part, offset, total)) return *stored;
    offset = end;
  }
}

void GcsStore::put(const std::string& name, const Pieces& bytes) {
  require_object_name(name);
  std::uint64_t size = 0;
  Hasher hasher({DigestKind::crc32c});
  const Pieces hashed = [&] {
    const auto piece = bytes();
    size += piece.size();
    hasher.add(piece);
    return piece;
  };
  UploadPieces pieces(hashed);
  auto first = pieces.take(largest_single_upload);
  const auto stored = pieces.at_end() ? upload_whole(name, std::move(first))
                                      : upload_in_parts(name, std::move(first), pieces);
  const auto digest = stated_digest(DigestKind::crc32c, text_of(stored, "crc32c"));
  if (size_of(stored) == size && (!digest || *digest == hasher.finish().front())) return;
  throw Error(Failure::integrity, fmt::format("{} was stored with other bytes than were sent", shown(name)));
}

void GcsStore::remove(const std::string& name) {
  require_object_name(name);
  const auto answer = ask(*transport_, request("DELETE", object_path(name), {}));
  if (answer->status() == ok || answer->status() == no_content) return;
  const auto why = refusal(name, answer->status(), body_of(*answer));
  if (why.failure != Failure::not_found) throw why;
}

}  // namespace

std::unique_ptr<RemoteStore> gcs_store(const model::StorageConfiguration& configuration,
                                       const Surroundings& surroundings) {
  if (!configuration.bucket.empty()) return std::make_unique<GcsStore>(configuration, surroundings);
  throw Error(Failure::storage, "the storage configuration of type gcs names no bucket");
}

}  // namespace det::storage
