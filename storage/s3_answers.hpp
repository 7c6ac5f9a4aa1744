#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/digest.hpp"
#include "storage/remote_store.hpp"
#include "storage/store.hpp"

namespace det::storage {

// One page of ListObjectsV2: objects by their whole keys, as the server orders them.
struct S3Page {
  std::vector<StoredObject> objects;
  std::string next;  // by which the next page is asked for; empty: this is the last
};

// Reads the answer to ListObjectsV2 (Amazon S3 API Reference), keys encoded (encoding-type=url) or not. An
// ETag that has the form of an MD5 is given as the digest, though what is encrypted under a key of the user's
// has such ETags too, which are none: see s3_etag_is_md5(). Throws Error{storage} for what is no such answer,
// Error{integrity} for one that says that it goes on, but not how.
S3Page s3_page(std::string_view xml);

// What S3 says in a refusal. Everything is empty where the body, which may be cut short, does not say it.
struct S3Refusal {
  std::string code;     // "NoSuchKey"
  std::string message;  // for people; not yet fit for a terminal
  std::string region;   // where the bucket lies
};
S3Refusal s3_refusal(std::string_view body);

// An ETag as If-Match wants it and lists and headers agree on it: in quotes. Empty for one that no header can
// hold.
std::string s3_version(std::string etag);

// Whether the answer's object is one whose ETag, where it looks so, is the MD5 of its bytes.
bool s3_etag_is_md5(const HeaderOf& header);

// The digest of the whole object that an answer to GET or HEAD states. Absent: none that we can compute.
std::optional<Digest> s3_digest(const HeaderOf& header);

// The UploadId in the answer to CreateMultipartUpload. Throws Error{storage} when there is none.
std::string s3_upload_id(std::string_view xml);

// The body of CompleteMultipartUpload: the ETags of the parts from number 1 on.
std::string s3_completion(const std::vector<std::string>& etags);

}  // namespace det::storage
