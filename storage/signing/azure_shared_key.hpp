#pragma once

#include <string>

#include "http/transport.hpp"

namespace det::storage::signing {

struct AzureKey {
  std::string account;
  std::string bytes;  // of the account key, no longer in base64
};

// What is signed of a request to the Blob service that has a header x-ms-date: "Authorize with Shared Key" of
// the Azure Storage REST documentation, as of version 2015-02-21.
std::string azure_string_to_sign(const http::Request& request, const std::string& account);

// What the header Authorization says: "SharedKey account:signature".
std::string azure_shared_key(const http::Request& request, const AzureKey& key);

}  // namespace det::storage::signing
