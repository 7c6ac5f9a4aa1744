#include "storage/s3_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "model/error.hpp"
#include "model/number.hpp"
#include "storage/base64.hpp"
#include "storage/relative_path.hpp"
#include "storage/remote_exchange.hpp"
#include "storage/url_encoding.hpp"
#include "storage/xml_elements.hpp"

namespace det::storage {
namespace {

constexpr std::size_t md5_digits = 32;

Error invalid(std::string_view why) {
  return Error(Failure::storage, fmt::format("the store's list is not a valid one: {}", why));
}

std::uint64_t size_of(std::string_view text) {
  if (const auto size = model::number<std::uint64_t>(text)) return *size;
  throw invalid(fmt::format("'{}' is no size", printable(text)));
}

// S3 encodes keys as forms are: a space may stand there as '+'.
std::string decoded_key(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return url_decoded(text);
}

std::optional<Digest> md5_of(std::string_view version) {
  if (version.size() != md5_digits + 2) return std::nullopt;
  const auto digits = version.substr(1, md5_digits);
  Digest digest{DigestKind::md5, {}};
  for (std::size_t i = 0; i < md5_digits; i += 2) {
    unsigned char byte = 0;
    const char* end = digits.data() + i + 2;
    if (std::from_chars(digits.data() + i, end, byte, 16).ptr != end) return std::nullopt;
    digest.bytes += static_cast<char>(byte);
  }
  return digest;
}

class PageReader {
 public:
  void read(const XmlElement& element) {
    const auto path = element.path;
    root_ = path.substr(0, path.find('/'));
    const auto text = std::string(element.text);
    if (path == "ListBucketResult/Contents") return add();
    if (path == "ListBucketResult/Contents/Key") object_.path = text;
    if (path == "ListBucketResult/Contents/Size") size_ = text;
    if (path == "ListBucketResult/Contents/ETag") object_.version = s3_version(text);
    if (path == "ListBucketResult/EncodingType") encoded_ = text == "url";
    if (path == "ListBucketResult/IsTruncated") truncated_ = text == "true";
    if (path == "ListBucketResult/NextContinuationToken") page_.next = text;
  }

  S3Page finish() {
    if (root_ != "ListBucketResult") throw invalid(fmt::format("it is a '{}'", printable(root_)));
    if (!truncated_) page_.next.clear();
    if (truncated_ && page_.next.empty()) {
      throw Error(Failure::integrity, "the store's list goes on, but does not say how");
    }
    // Where it stands among the objects is not laid down.
    if (encoded_) {
      for (auto& object : page_.objects) object.path = decoded_key(std::move(object.path));
    }
    return std::move(page_);
  }

 private:
  void add() {
    if (object_.path.empty()) throw invalid("an object has no name");
    object_.size_bytes = size_of(size_);
    object_.digest = md5_of(object_.version);
    page_.objects.push_back(std::move(object_));
    object_ = {};
    size_.clear();
  }

  S3Page page_;
  StoredObject object_;
  std::string size_;
  std::string root_;
  bool encoded_ = false;
  bool truncated_ = false;
};

// A part of an object may come with the checksum of that part.
bool is_whole(const HeaderOf& header) {
  const auto range = header("Content-Range");
  if (!range) return true;
  const auto slash = range->find('/');
  if (slash == std::string::npos || !range->starts_with("bytes 0-")) return false;
  std::uint64_t last = 0;
  std::uint64_t size = 0;
  const char* text = range->data();
  std::from_chars(text + std::string_view("bytes 0-").size(), text + slash, last);
  std::from_chars(text + slash + 1, text + range->size(), size);
  return size == last + 1;
}

std::optional<Digest> checksum(const HeaderOf& header, DigestKind kind, std::string_view name) {
  constexpr std::size_t crc32c_bytes = 4;
  constexpr std::size_t sha256_bytes = 32;
  const auto stated = header(name);
  if (!stated) return std::nullopt;
  auto bytes = from_base64(*stated);
  const auto length = kind == DigestKind::crc32c ? crc32c_bytes : sha256_bytes;
  if (!bytes || bytes->size() != length) return std::nullopt;
  return Digest{kind, std::move(*bytes)};
}

}  // namespace

S3Page s3_page(std::string_view xml) {
  PageReader reader;
  for_each_element(xml, [&](const XmlElement& element) { reader.read(element); });
  return reader.finish();
}

S3Refusal s3_refusal(std::string_view body) {
  S3Refusal refusal;
  try {
    for_each_element(body, [&](const XmlElement& element) {
      if (element.path == "Error/Code") refusal.code = element.text;
      if (element.path == "Error/Message") refusal.message = element.text;
      if (element.path == "Error/Region") refusal.region = element.text;
    });
  } catch (const Error&) {  // it may be cut short, or come from something between us and S3
  }
  return refusal;
}

std::string s3_version(std::string etag) {
  if (!fits_header(etag)) return {};
  if (etag.empty() || etag.starts_with("W/") || etag.starts_with('"')) return etag;
  return '"' + etag + '"';
}

bool s3_etag_is_md5(const HeaderOf& header) {
  const bool by_service_key = header("x-amz-server-side-encryption").value_or("").starts_with("aws:kms");
  return !by_service_key && !header("x-amz-server-side-encryption-customer-algorithm");
}

std::optional<Digest> s3_digest(const HeaderOf& header) {
  if (s3_etag_is_md5(header)) {
    if (auto md5 = md5_of(s3_version(header("ETag").value_or("")))) return md5;
  }
  if (header("x-amz-checksum-type") != "FULL_OBJECT" || !is_whole(header)) return std::nullopt;
  if (auto crc32c = checksum(header, DigestKind::crc32c, "x-amz-checksum-crc32c")) return crc32c;
  return checksum(header, DigestKind::sha256, "x-amz-checksum-sha256");
}

std::string s3_upload_id(std::string_view xml) {
  std::string id;
  for_each_element(xml, [&](const XmlElement& element) {
    if (element.path == "InitiateMultipartUploadResult/UploadId") id = element.text;
  });
  if (id.empty()) throw Error(Failure::storage, "the store began an upload, but did not name it");
  return id;
}

std::string s3_completion(const std::vector<std::string>& etags) {
  std::string parts;
  for (std::size_t i = 0; i < etags.size(); ++i) {
    std::string etag;
    for (const char c : etags[i]) {
      if (c == '&') {
        etag += "&amp;";
      } else if (c == '<') {
        etag += "&lt;";
      } else {
        etag += c;
      }
    }
    parts += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1, etag);
  }
  return fmt::format(
      "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}"
      "</CompleteMultipartUpload>",
      parts);
}

}  // namespace det::storage
