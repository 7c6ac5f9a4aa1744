#include "storage/azure_store.hpp"

#include <fmt/format.h>

#include <utility>

#include "model/number.hpp"
#include "storage/base64.hpp"
#include "storage/credentials/azure.hpp"
#include "storage/object_list.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/upload_pieces.hpp"
#include "storage/url_encoding.hpp"
#include "storage/xml_elements.hpp"

namespace det::storage {
namespace {

constexpr int ok = 200;
constexpr int created = 201;
constexpr int accepted = 202;
constexpr int not_found = 404;
constexpr int changed = 412;
constexpr std::size_t largest_single_upload = std::size_t{64} << 20U;
constexpr std::size_t block_bytes = std::size_t{16} << 20U;

// Lists have the ETag bare, headers have it in quotes. Empty for one that no header can hold.
std::string bare(std::string_view etag) {
  if (!fits_header(etag)) return {};
  if (etag.starts_with('"')) etag.remove_prefix(1);
  if (etag.ends_with('"')) etag.remove_suffix(1);
  return std::string(etag);
}

std::uint64_t size_of(std::string_view text) {
  if (const auto size = model::number<std::uint64_t>(text)) return *size;
  throw Error(Failure::storage, "the store gave no valid answer: an object has no size");
}

// What an error of Azure says: <Error><Code>...</Code><Message>...</Message></Error>.
struct Refusal {
  std::string code = {};
  std::string message = {};
};

Refusal refusal_in(std::string_view body) {
  Refusal refusal;
  try {
    for_each_element(body, [&](const XmlElement& element) {
      if (element.path == "Error/Code") refusal.code = element.text;
      if (element.path == "Error/Message") refusal.message = element.text;
    });
  } catch (const Error&) {  // a body that is cut short, or none: what came of it is enough
  }
  return refusal;
}

std::string reason_in(std::string_view body) {
  const auto refusal = refusal_in(body);
  if (refusal.code.empty()) return "no reason given";
  return fmt::format("{}: {}", printable(refusal.code), said(refusal.message, "no reason given"));
}

// The objects of one page of a list.
class Page {
 public:
  explicit Page(ObjectList& list) : list_(list) {}

  // Returns the mark of the next page.
  std::string read(std::string_view xml) {
    for_each_element(xml, [this](const XmlElement& element) { take(element); });
    if (is_list_) return marker_;
    throw Error(Failure::storage, "the store gave no valid answer: it is no list of blobs");
  }

 private:
  void take(const XmlElement& element) {
    constexpr std::string_view blob = "EnumerationResults/Blobs/Blob";
    if (element.path == "EnumerationResults") is_list_ = true;
    if (element.path == "EnumerationResults/NextMarker") marker_ = element.text;
    if (!element.path.starts_with(blob)) return;
    const auto name = element.path.substr(blob.size());
    if (name.empty()) {
      finish();
    } else if (name == "/Name") {
      const bool encoded = attribute(element, "Encoded") == "true";
      object_.path = encoded ? url_decoded(element.text) : std::string(element.text);
    } else if (name == "/Properties/Content-Length") {
      object_.size_bytes = size_of(element.text);
    } else if (name == "/Properties/Content-MD5") {
      object_.digest = stated_digest(DigestKind::md5, element.text);
    } else if (name == "/Properties/Etag") {
      object_.version = bare(element.text);
    } else if (name == "/Properties/ResourceType") {
      folder_ = folder_ || element.text == "directory";
    } else if (name == "/Metadata/hdi_isfolder") {
      folder_ = folder_ || element.text == "true";
    }
  }

  void finish() {
    const bool marked = object_.path.ends_with('/');
    if (folder_ && !marked && object_.size_bytes == 0) object_.path += '/';
    list_.add(std::exchange(object_, {}));
    folder_ = false;
  }

  ObjectList& list_;
  StoredObject object_;
  bool folder_ = false;
  bool is_list_ = false;
  std::string marker_;
};

class AzureStore final : public RemoteStore {
 public:
  AzureStore(const model::StorageConfiguration& configuration, const Surroundings& surroundings)
      : container_(configuration.container),
        prefix_(configuration.prefix),
        transport_(surroundings.transport),
        now_(surroundings.now),
        account_(credentials::azure_account(configuration, surroundings)) {
    while (container_.ends_with('/')) container_.pop_back();
  }

  std::string address() const override {
    return fmt::format("{}/{}{}{}", account_.url, container_, prefix_.empty() ? "" : "/", prefix_);
  }

  std::optional<std::vector<StoredObject>> list(const std::string& folder) const override;
  bool read(const std::string& name, ByteRange range, const ByteSink& sink) const override;
  void put(const std::string& name, const Pieces& bytes) override;
  void remove(const std::string& name) override;

  http::Request read_request(const std::string& name, ByteRange range,
                             const std::string& version) const override;
  std::string version_of(const HeaderOf& header) const override { return bare(header("ETag").value_or("")); }
  std::optional<Digest> digest_of(const HeaderOf& header) const override;
  Error refusal(const std::string& name, int status, std::string_view body) const override;

 private:
  std::string whole_name(const std::string& name) const {
    return prefix_.empty() ? name : prefix_ + "/" + name;
  }
  std::string shown(const std::string& name) const { return printable(address() + "/" + name); }
  std::string container_url() const { return account_.url + "/" + url_encoded(container_); }
  std::string blob_url(const std::string& name) const {
    return container_url() + "/" + url_encoded_path(whole_name(name));
  }

  std::string add_page(const std::string& prefix, const std::string& marker, ObjectList& list) const;
  Error refused(const std::string& name, int status, std::string_view body) const {
    return answered(Failure::storage, fmt::format("{} was refused: {}", shown(name), reason_in(body)),
                    status);
  }
  void send(const std::string& name, http::Request upload) const;
  void put_blocks(const std::string& name, std::string first, UploadPieces& pieces, Hasher& hasher) const;

  std::string container_;
  std::string prefix_;
  std::shared_ptr<http::Transport> transport_;
  std::function<std::chrono::system_clock::time_point()> now_;
  credentials::AzureAccount account_;
};

std::string AzureStore::add_page(const std::string& prefix, const std::string& marker,
                                 ObjectList& list) const {
  Parameters query{{"restype", "container"}, {"comp", "list"}, {"include", "metadata"}, {"prefix", prefix}};
  if (!marker.empty()) query.emplace_back("marker", marker);
  const auto answer =
      ask(*transport_, account_.authorized({.url = container_url() + "?" + query_text(query)}));
  const auto body = body_of(*answer);
  if (answer->status() == ok) return Page(list).read(body);
  throw answered(Failure::storage, fmt::format("cannot list {}: {}", printable(address()), reason_in(body)),
                 answer->status());
}

std::optional<std::vector<StoredObject>> AzureStore::list(const std::string& folder) const {
  require_relative(folder);
  const auto prefix = whole_name(folder) + "/";
  ObjectList list(prefix);
  auto marker = add_page(prefix, "", list);
  while (list.goes_on(marker)) marker = add_page(prefix, marker, list);
  return list.finish();
}

http::Request AzureStore::read_request(const std::string& name, ByteRange range,
                                       const std::string& version) const {
  require_object_name(name);
  http::Request request{.url = blob_url(name), .headers = {{"Range", range_header(range)}}};
  if (!version.empty()) request.headers.push_back({"If-Match", "\"" + version + "\""});
  return account_.authorized(std::move(request));
}

bool AzureStore::read(const std::string& name, ByteRange range, const ByteSink& sink) const {
  return read_object(*transport_, *this, name, range, sink);
}

// Content-MD5 is that of the whole object only where the answer is the whole object.
std::optional<Digest> AzureStore::digest_of(const HeaderOf& header) const {
  if (const auto whole = header("x-ms-blob-content-md5")) return stated_digest(DigestKind::md5, *whole);
  if (header("Content-Range")) return std::nullopt;
  return stated_digest(DigestKind::md5, header("Content-MD5").value_or(""));
}

Error AzureStore::refusal(const std::string& name, int status, std::string_view body) const {
  if (status == not_found && refusal_in(body).code != "ContainerNotFound") {
    return answered(Failure::not_found, shown(name) + " does not exist", status);
  }
  if (status == changed) {
    return answered(Failure::integrity, shown(name) + " has changed since it was listed", status);
  }
  return refused(name, status, body);
}

void AzureStore::send(const std::string& name, http::Request upload) const {
  const auto answer = ask(*transport_, account_.authorized(std::move(upload)));
  const auto body = body_of(*answer);
  if (answer->status() != created) throw refused(name, answer->status(), body);
}

std::string md5_header(Hasher& hasher) {
  return base64(hasher.finish().front().bytes);
}

std::string md5_header_of(std::string_view bytes) {
  Hasher hasher({DigestKind::md5});
  hasher.add(bytes);
  return md5_header(hasher);
}

// Blocks are no part of the object before their list is put. Their names differ from those of anyone else who
// writes the same object meanwhile.
void AzureStore::put_blocks(const std::string& name, std::string first, UploadPieces& pieces,
                            Hasher& hasher) const {
  const auto started = now_().time_since_epoch().count();
  std::string list = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
  int count = 0;
  for (auto waiting = std::move(first); !waiting.empty();) {
    const auto id = base64(fmt::format("{:020}-{:06}", started, count++));
    http::Request upload{.method = "PUT",
                         .url = blob_url(name) + "?" + query_text({{"comp", "block"}, {"blockid", id}}),
                         .body = waiting.substr(0, block_bytes)};
    waiting.erase(0, upload.body.size());
    upload.headers.push_back({"Content-MD5", md5_header_of(upload.body)});
    send(name, std::move(upload));
    list += fmt::format("<Latest>{}</Latest>", id);
    if (waiting.empty()) waiting = pieces.take(block_bytes);
  }
  send(name, {.method = "PUT",
              .url = blob_url(name) + "?comp=blocklist",
              .headers = {{"x-ms-blob-content-md5", md5_header(hasher)}},
              .body = list + "</BlockList>"});
}

void AzureStore::put(const std::string& name, const Pieces& bytes) {
  require_object_name(name);
  Hasher hasher({DigestKind::md5});
  const Pieces hashed = [&] {
    const auto piece = bytes();
    hasher.add(piece);
    return piece;
  };
  UploadPieces pieces(hashed);
  auto first = pieces.take(largest_single_upload);
  if (!pieces.at_end()) return put_blocks(name, std::move(first), pieces, hasher);
  send(name, {.method = "PUT",
              .url = blob_url(name),
              .headers = {{"x-ms-blob-type", "BlockBlob"}, {"Content-MD5", md5_header(hasher)}},
              .body = std::move(first)});
}

void AzureStore::remove(const std::string& name) {
  require_object_name(name);
  const auto answer = ask(*transport_, account_.authorized({.method = "DELETE", .url = blob_url(name)}));
  const auto body = body_of(*answer);
  if (answer->status() == accepted) return;
  const auto why = refusal(name, answer->status(), body);
  if (why.failure != Failure::not_found) throw why;
}

}  // namespace

std::unique_ptr<RemoteStore> azure_store(const model::StorageConfiguration& configuration,
                                         const Surroundings& surroundings) {
  if (!configuration.container.empty()) return std::make_unique<AzureStore>(configuration, surroundings);
  throw Error(Failure::storage, "the storage configuration of type azure names no container");
}

}  // namespace det::storage
