#pragma once

#include <memory>

#include "model/storage_configuration.hpp"
#include "storage/remote_store.hpp"

namespace det::storage {

// A bucket of Google Cloud Storage, over its JSON API (cloud.google.com/storage/docs/json_api), with
// google_authorization(). Where STORAGE_EMULATOR_HOST is set, that server is asked instead, without
// credentials. The version of an object is its generation. Bytes come as they are stored, also those that
// somebody stored with "Content-Encoding: gzip". Throws Error{storage} when no bucket is named, and as
// normal_prefix().
std::unique_ptr<RemoteStore> gcs_store(const model::StorageConfiguration& configuration,
                                       const Surroundings& surroundings);

}  // namespace det::storage
