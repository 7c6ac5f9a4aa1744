#pragma once

#include <functional>
#include <string>

#include "model/storage_configuration.hpp"
#include "storage/credentials/access_token.hpp"

namespace det::storage::credentials {

// The Blob service of a storage account.
struct AzureAccount {
  std::string name;
  std::string url;  // "https://name.blob.core.windows.net": no slash at its end, no query, no user
  // Makes a request ready to be sent at this moment: with date, version and what authorises it. Throws
  // Error{storage} when no token is to be had.
  std::function<http::Request(http::Request)> authorized;
};

// The account that a configuration names, else the environment (AZURE_STORAGE_CONNECTION_STRING or
// AZURE_STORAGE_ACCOUNT). What authorises: a connection string, an account key or a SAS token that stands
// beside the account in the configuration; else, for the account that it belongs to,
// AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or
// AZURE_STORAGE_SAS_TOKEN; else a token for AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET. What
// comes from the environment goes to the endpoint that stands beside it there, and to Azure over TLS only:
// not to this machine, which others may use as well. Throws Error{storage}, saying what was looked at; asks
// nobody yet.
AzureAccount azure_account(const model::StorageConfiguration& configuration,
                           const Surroundings& surroundings);

// The URL of that account, whoever may ask it. Throws Error{storage} as azure_account() does for a
// configuration and an environment that name none.
std::string azure_account_url(const model::StorageConfiguration& configuration,
                              const Surroundings& surroundings);

}  // namespace det::storage::credentials
