#include "storage/credentials/azure.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "http/url.hpp"
#include "model/error.hpp"
#include "storage/base64.hpp"
#include "storage/relative_path.hpp"
#include "storage/signing/azure_shared_key.hpp"
#include "storage/trusted_host.hpp"

namespace det::storage::credentials {
namespace {

constexpr const char* api_version = "2021-08-06";
// learn.microsoft.com/azure/storage/common/storage-use-azurite: open to everybody
constexpr const char* development_account = "devstoreaccount1";
constexpr const char* development_key =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
constexpr const char* development_url = "http://127.0.0.1:10000/devstoreaccount1";

// What authorises requests to one account.
struct Credential {
  std::string key = {};                   // raw
  std::string sas = {};                   // a query without its '?'
  Authorization authorization = nullptr;  // a token
};

struct Account {
  std::string name;
  std::string url;
  Credential credential = {};

  bool has_credential() const {
    return !credential.key.empty() || !credential.sas.empty() || credential.authorization;
  }
};

std::string variable(const Surroundings& surroundings, const char* name) {
  return surroundings.environment(name).value_or("");
}

std::string raw_key(const std::string& base64_key, std::string_view where) {
  auto key = from_base64(base64_key);
  if (key && !key->empty()) return *key;
  throw Error(Failure::storage, fmt::format("the Azure account key in {} is not valid base64", where));
}

std::string without_mark(std::string sas) {
  if (sas.starts_with('?')) sas.erase(0, 1);
  return sas;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// learn.microsoft.com/azure/storage/common/storage-account-overview: the endpoints of Azure's clouds.
bool is_azure(std::string_view url) {
  return is_tls_within(url, {"blob.core.windows.net", "blob.core.chinacloudapi.cn",
                             "blob.core.usgovcloudapi.net", "blob.storage.azure.net"});
}

// "name" of "https://name.blob.core.windows.net" and of "http://127.0.0.1:10000/name".
std::string name_in(const std::string& url) {
  const auto authority = http::authority(url);
  const auto path = url.substr(std::min(url.size(), url.find("://") + 3 + authority.size()));
  if (path.size() > 1 && !is_azure(url)) return path.substr(1, path.find('/', 1) - 1);
  return lower(authority.substr(0, authority.find_first_of(".:")));
}

Account account_at(const std::string& address) {
  auto url = address.substr(0, address.find('?'));
  while (url.ends_with('/')) url.pop_back();
  const auto scheme = url.find("://");
  const bool absolute = url.starts_with("https://") || url.starts_with("http://");
  const auto host = absolute ? url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3) : std::string();
  if (host.empty() || host.find('@') != std::string::npos) {
    throw Error(Failure::storage,
                "the account_url of the storage configuration is no address like "
                "https://ACCOUNT.blob.core.windows.net");
  }
  Account account{.name = name_in(url), .url = url};
  if (const auto query = address.find('?'); query != std::string::npos) {
    account.credential.sas = address.substr(query + 1);
  }
  return account;
}

// "AccountName=a;AccountKey=b==": by names in lower case.
std::map<std::string, std::string> settings_of(std::string_view text) {
  std::map<std::string, std::string> settings;
  while (!text.empty()) {
    const auto setting = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), setting.size() + 1));
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos) continue;
    settings[lower(std::string(setting.substr(0, equals)))] = setting.substr(equals + 1);
  }
  return settings;
}

// learn.microsoft.com/azure/storage/common/storage-configure-connection-string
Account account_of(const std::string& connection_string, std::string_view where) {
  auto settings = settings_of(connection_string);
  if (settings["usedevelopmentstorage"] == "true") {
    return {.name = development_account,
            .url = development_url,
            .credential = {.key = raw_key(development_key, where)}};
  }
  const auto setting = [&](const char* name, const char* otherwise) {
    return settings[name].empty() ? otherwise : settings[name];
  };
  const auto name = setting("accountname", "");
  auto url = setting("blobendpoint", "");
  if (url.empty() && !name.empty()) {
    url = fmt::format("{}://{}.blob.{}", setting("defaultendpointsprotocol", "https"), name,
                      setting("endpointsuffix", "core.windows.net"));
  }
  if (url.empty()) {
    throw Error(Failure::storage, fmt::format("{} names neither AccountName nor BlobEndpoint", where));
  }
  auto account = account_at(url);
  if (!name.empty()) account.name = name;
  const auto key = setting("accountkey", "");
  if (!key.empty()) account.credential.key = raw_key(key, where);
  const auto sas = without_mark(setting("sharedaccesssignature", ""));
  if (!sas.empty()) account.credential.sas = sas;
  if (account.has_credential()) return account;
  throw Error(Failure::storage, fmt::format("{} holds neither AccountKey nor SharedAccessSignature", where));
}

// A token for an application: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
Authorization application(const Surroundings& surroundings) {
  const auto tenant = variable(surroundings, "AZURE_TENANT_ID");
  const auto client = variable(surroundings, "AZURE_CLIENT_ID");
  const auto secret = variable(surroundings, "AZURE_CLIENT_SECRET");
  if (tenant.empty() || client.empty() || secret.empty()) return nullptr;
  auto authority = variable(surroundings, "AZURE_AUTHORITY_HOST");
  if (authority.empty()) authority = "https://login.microsoftonline.com";
  if (authority.find("://") == std::string::npos) authority = "https://" + authority;
  while (authority.ends_with('/')) authority.pop_back();
  if (!authority.starts_with("https://") && !is_loopback(authority)) {
    throw Error(Failure::storage, "AZURE_AUTHORITY_HOST is not an https:// address");
  }
  const auto request = token_request(fmt::format("{}/{}/oauth2/v2.0/token", authority, url_encoded(tenant)),
                                     {{"grant_type", "client_credentials"},
                                      {"client_id", client},
                                      {"client_secret", secret},
                                      {"scope", "https://storage.azure.com/.default"}});
  return bearer([=] { return exchange(request, "the application AZURE_CLIENT_ID", surroundings); },
                surroundings);
}

Error none(const Account& account) {
  const auto name = printable(account.name);
  return Error(
      Failure::storage,
      fmt::format("no credentials for the Azure storage account {}: the storage configuration holds "
                  "none, AZURE_STORAGE_CONNECTION_STRING is not set or of another account, and "
                  "neither AZURE_STORAGE_ACCOUNT={} with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN "
                  "nor AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set",
                  name, name));
}

// What the environment has for an account that the configuration names, or the environment itself.
Credential ambient(const Account& account, const Surroundings& surroundings) {
  constexpr const char* connection_variable = "AZURE_STORAGE_CONNECTION_STRING";
  if (const auto text = variable(surroundings, connection_variable); !text.empty()) {
    auto own = account_of(text, connection_variable);
    if (own.url == account.url) return own.credential;
  }
  if (!is_azure(account.url)) {
    throw Error(
        Failure::storage,
        fmt::format("credentials of the environment are not sent to {}: it is not Azure over TLS; give "
                    "the storage configuration a credential or, if you trust that address, set {} with "
                    "BlobEndpoint={}",
                    printable(http::origin(account.url)), connection_variable, printable(account.url)));
  }
  if (variable(surroundings, "AZURE_STORAGE_ACCOUNT") == account.name) {
    const auto key = variable(surroundings, "AZURE_STORAGE_KEY");
    if (!key.empty()) return {.key = raw_key(key, "AZURE_STORAGE_KEY")};
    const auto sas = without_mark(variable(surroundings, "AZURE_STORAGE_SAS_TOKEN"));
    if (!sas.empty()) return {.sas = sas};
  }
  auto token = application(surroundings);
  if (!token) throw none(account);
  return {.authorization = std::move(token)};
}

Account configured(const model::StorageConfiguration& configuration) {
  auto account = account_at(configuration.account_url);
  if (configuration.credential.empty()) return account;
  const bool sas = configuration.credential.find("sig=") != std::string::npos;
  if (sas) {
    account.credential.sas = without_mark(configuration.credential);
  } else {
    account.credential = {.key = raw_key(configuration.credential, "the storage configuration")};
  }
  return account;
}

Account found(const model::StorageConfiguration& configuration, const Surroundings& surroundings) {
  if (!configuration.connection_string.empty()) {
    return account_of(configuration.connection_string, "the connection_string of the storage configuration");
  }
  if (!configuration.account_url.empty()) return configured(configuration);
  const auto text = variable(surroundings, "AZURE_STORAGE_CONNECTION_STRING");
  if (!text.empty()) return account_of(text, "AZURE_STORAGE_CONNECTION_STRING");
  const auto name = variable(surroundings, "AZURE_STORAGE_ACCOUNT");
  if (!name.empty()) return account_at(fmt::format("https://{}.blob.core.windows.net", url_encoded(name)));
  throw Error(Failure::storage,
              "no Azure storage account: the storage configuration names none, and neither "
              "AZURE_STORAGE_CONNECTION_STRING nor AZURE_STORAGE_ACCOUNT is set");
}

http::Request authorized(http::Request request, const Account& account,
                         std::chrono::system_clock::time_point now) {
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  request.headers.push_back({"x-ms-date", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(seconds))});
  request.headers.push_back({"x-ms-version", api_version});
  const auto& credential = account.credential;
  if (!credential.key.empty()) {
    auto signature = signing::azure_shared_key(request, {.account = account.name, .bytes = credential.key});
    request.headers.push_back({"Authorization", std::move(signature)});
  } else if (!credential.sas.empty()) {
    request.url += (request.url.find('?') == std::string::npos ? "?" : "&") + credential.sas;
  } else {
    request.headers.push_back({"Authorization", credential.authorization()});
  }
  return request;
}

}  // namespace

AzureAccount azure_account(const model::StorageConfiguration& configuration,
                           const Surroundings& surroundings) {
  auto account = found(configuration, surroundings);
  if (!account.has_credential()) account.credential = ambient(account, surroundings);
  return {.name = account.name,
          .url = account.url,
          .authorized = [account, now = surroundings.now](http::Request request) {
            return authorized(std::move(request), account, now());
          }};
}

std::string azure_account_url(const model::StorageConfiguration& configuration,
                              const Surroundings& surroundings) {
  return found(configuration, surroundings).url;
}

}  // namespace det::storage::credentials
