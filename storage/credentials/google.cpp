#include "storage/credentials/google.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "model/error.hpp"
#include "storage/credentials/credential_file.hpp"
#include "storage/relative_path.hpp"
#include "storage/signing/google_jwt.hpp"
#include "storage/trusted_host.hpp"

namespace det::storage::credentials {
namespace {

using Json = nlohmann::json;

constexpr const char* scope = "https://www.googleapis.com/auth/devstorage.read_write";
constexpr const char* token_url = "https://oauth2.googleapis.com/token";
constexpr const char* file_variable = "GOOGLE_APPLICATION_CREDENTIALS";
constexpr const char* login_advice = "gcloud auth application-default login";

std::string variable(const Surroundings& surroundings, const char* name) {
  return surroundings.environment(name).value_or("");
}

// A file with credentials, and its fields by name.
class CredentialJson {
 public:
  CredentialJson(const std::filesystem::path& path, const std::string& text)
      : path_(printable(path.native())), json_(Json::parse(text, nullptr, false)) {
    if (!json_.is_object()) throw error("is not valid JSON");
  }

  std::string optional(const char* name) const {
    const auto found = json_.find(name);
    return found != json_.end() && found->is_string() ? found->get<std::string>() : std::string();
  }
  std::string required(const char* name) const {
    auto value = optional(name);
    if (value.empty()) throw error(fmt::format("lacks \"{}\"", name));
    return value;
  }
  Error error(const std::string& what) const {
    return Error(Failure::storage,
                 fmt::format("the Google credentials in {} cannot be used: the file {}", path_, what))
        .advising(login_advice);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  Json json_;
};

AccessToken from_service_account(const CredentialJson& account, const Surroundings& surroundings) {
  auto url = account.optional("token_uri");
  if (url.empty()) url = token_url;
  if (!is_tls_within(url, {"googleapis.com"}) && !is_loopback(url)) {
    throw account.error("names a \"token_uri\" that is not https:// at googleapis.com");
  }
  const auto jwt =
      signing::google_jwt({.issuer = account.required("client_email"),
                           .scope = scope,
                           .audience = url,
                           .issued_at = surroundings.now()},
                          {.id = account.optional("private_key_id"), .pem = account.required("private_key")});
  return exchange(
      token_request(url, {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", jwt}}),
      fmt::format("the service account in {}", account.path()), surroundings);
}

AccessToken from_login(const CredentialJson& login, const Surroundings& surroundings) {
  return exchange(token_request(token_url, {{"grant_type", "refresh_token"},
                                            {"client_id", login.required("client_id")},
                                            {"client_secret", login.required("client_secret")},
                                            {"refresh_token", login.required("refresh_token")}}),
                  fmt::format("the login in {}", login.path()), surroundings);
}

AccessToken from_file(const CredentialJson& file, const Surroundings& surroundings) {
  const auto type = file.required("type");
  if (type == "service_account") return from_service_account(file, surroundings);
  if (type == "authorized_user") return from_login(file, surroundings);
  throw file.error(
      fmt::format("is of type \"{}\", which det does not support (it does service_account and "
                  "authorized_user)",
                  printable(type)));
}

Error none(const std::string& login, const std::string& why) {
  return Error(Failure::storage,
               fmt::format("no credentials for Google Cloud Storage: {} is not set, {} does not exist, and "
                           "the metadata server gave no token ({}); set {} or log in with gcloud",
                           file_variable, login, why, file_variable))
      .advising(login_advice);
}

AccessToken from_machine(const std::string& login, const Surroundings& surroundings) {
  auto host = variable(surroundings, "GCE_METADATA_HOST");
  if (host.empty()) host = "metadata.google.internal";
  const http::Request request{
      .url = fmt::format("http://{}/computeMetadata/v1/instance/service-accounts/default/token", host),
      .headers = {{"Metadata-Flavor", "Google"}}};
  try {
    return exchange(request, "the request of this machine", surroundings);
  } catch (const Error& error) {  // the last place to look at: the sentence names them all
    if (error.failure != Failure::storage) throw;
    throw none(login, error.message);
  }
}

AccessToken fetched(const Surroundings& surroundings) {
  const std::filesystem::path named = variable(surroundings, file_variable);
  if (!named.empty()) {
    if (const auto text = credential_file(named)) return from_file({named, *text}, surroundings);
    throw Error(Failure::storage,
                fmt::format("{} names {}, which does not exist", file_variable, printable(named.native())));
  }
  std::filesystem::path folder = variable(surroundings, "CLOUDSDK_CONFIG");
  if (folder.empty() && !surroundings.home.empty()) folder = surroundings.home / ".config/gcloud";
  const auto login = folder / "application_default_credentials.json";
  if (!folder.empty()) {
    if (const auto text = credential_file(login)) return from_file({login, *text}, surroundings);
  }
  return from_machine(printable(login.native()), surroundings);
}

}  // namespace

Authorization google_authorization(const Surroundings& surroundings) {
  return bearer([surroundings] { return fetched(surroundings); }, surroundings);
}

}  // namespace det::storage::credentials
