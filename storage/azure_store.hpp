#pragma once

#include <memory>

#include "model/storage_configuration.hpp"
#include "storage/remote_store.hpp"

namespace det::storage {

// A container of block blobs in Azure Blob Storage, over its REST API
// (learn.microsoft.com/rest/api/storageservices), with credentials::azure_account(). The version of an object
// is its ETag without quotes. Folders of an account with a hierarchical namespace are listed as such. Throws
// Error{storage} when no container is named, and without an account or credentials for it.
std::unique_ptr<RemoteStore> azure_store(const model::StorageConfiguration& configuration,
                                         const Surroundings& surroundings);

}  // namespace det::storage
