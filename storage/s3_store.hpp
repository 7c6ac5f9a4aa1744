#pragma once

#include <memory>

#include "model/storage_configuration.hpp"
#include "storage/remote_store.hpp"

namespace det::storage {

// A bucket of Amazon S3, or of a server that speaks its protocol ("Amazon S3 API Reference", 2006-03-01), as
// a configuration of type s3 names it. Keys that stand in the configuration go to its endpoint, or to the
// first that the user set (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, those of the profile), else to AWS. Without
// such keys it takes the credentials of credentials/aws.hpp, for AWS's own hosts over TLS and for endpoints
// that the user set: any other is Error{permission}. Redirects are not followed, but a bucket that
// lies in another region is asked there. Versions are ETags. Digests are those that the ETag of an object
// that came in one piece is (MD5), else a CRC32C or SHA-256 of the whole object; lists state the former
// alone, for which they may ask for the head of one object.
std::unique_ptr<RemoteStore> s3_store(const model::StorageConfiguration& configuration,
                                      const Surroundings& surroundings);

// The same for a configuration of the user's own: its endpoint is one that the user set, whatever else the
// environment says.
std::unique_ptr<RemoteStore> users_s3_store(const model::StorageConfiguration& configuration,
                                            const Surroundings& surroundings);

}  // namespace det::storage
