#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/storage_configuration.hpp"

namespace det::storage {

// Where objects lie, and whom we ask for them.
struct S3Place {
  std::string bucket;
  std::string prefix;    // without slashes at its ends; may be empty
  std::string endpoint;  // "https://host:9000/path" of a compatible server; empty: AWS itself
};

// The place that a configuration names; where it names no endpoint, the first of the user's own counts, and
// AWS where there is none. Throws Error{storage} for a bucket or prefix that S3 has not, and for an endpoint
// that is no plain http:// or https:// URL.
S3Place s3_place(const model::StorageConfiguration& configuration,
                 const std::vector<std::string>& users_endpoints);

// Whether the user's own credentials may go to the place: to AWS over TLS, and to endpoints that the user
// set. An experiment's configuration may name any other, and is not to be believed: nor of this machine,
// which others may use as well.
bool may_have_users_keys(const S3Place& place, const std::vector<std::string>& users_endpoints);

// A request's address: "https://host" and what follows it, encoded.
struct S3Url {
  std::string origin;
  std::string path;
};

// The URL of a key, or of the bucket itself. AWS is asked at "BUCKET.s3.REGION.amazonaws.com", where the
// bucket's name allows it; others have it in the path.
S3Url s3_url(const S3Place& place, const std::string& region, const std::optional<std::string>& key);

}  // namespace det::storage
