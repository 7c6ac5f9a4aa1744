#include "storage/signing/azure_shared_key.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "storage/base64.hpp"
#include "storage/url_encoding.hpp"

namespace det::storage::signing {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string header(const http::Request& request, const char* name) {
  for (const auto& header : request.headers) {
    if (strcasecmp(header.name.c_str(), name) == 0) return header.value;
  }
  return {};
}

// "x-ms-date:...\n" for each header of Azure's own, by name.
std::string canonical_headers(const http::Request& request) {
  std::map<std::string, std::string> own;
  for (const auto& header : request.headers) {
    const auto name = lower(header.name);
    if (name.starts_with("x-ms-")) own[name] = header.value;
  }
  std::string text;
  for (const auto& [name, value] : own) text += fmt::format("{}:{}\n", name, value);
  return text;
}

// "/account/path", and a line for each parameter, by name: the values decoded, several divided by commas.
std::string canonical_resource(std::string_view url, const std::string& account) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  url.remove_prefix(std::min(url.size(), url.find_first_of("/?")));
  const auto path = url.substr(0, url.find('?'));
  auto text = fmt::format("/{}{}", account, path.empty() ? "/" : path);
  std::map<std::string, std::set<std::string>> parameters;
  for (auto query = url.substr(path.size()); !query.empty();) {
    query.remove_prefix(1);
    const auto parameter = query.substr(0, query.find('&'));
    const auto name = parameter.substr(0, parameter.find('='));
    const auto value = parameter.substr(std::min(parameter.size(), name.size() + 1));
    if (!name.empty()) parameters[lower(url_decoded(name))].insert(url_decoded(value));
    query.remove_prefix(parameter.size());
  }
  for (const auto& [name, values] : parameters) {
    text += fmt::format("\n{}:{}", name, fmt::join(values, ","));
  }
  return text;
}

}  // namespace

std::string azure_string_to_sign(const http::Request& request, const std::string& account) {
  const auto length = request.body.empty() ? std::string() : std::to_string(request.body.size());
  std::string text = request.method + "\n";
  for (const auto* name : {"Content-Encoding", "Content-Language"}) text += header(request, name) + "\n";
  text += length + "\n";
  for (const auto* name : {"Content-MD5", "Content-Type"}) text += header(request, name) + "\n";
  text += "\n";  // Date: x-ms-date is there
  for (const auto* name :
       {"If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"}) {
    text += header(request, name) + "\n";
  }
  return text + canonical_headers(request) + canonical_resource(request.url, account);
}

std::string azure_shared_key(const http::Request& request, const AzureKey& key) {
  const auto text = azure_string_to_sign(request, key.account);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length);
  const std::string_view signature(reinterpret_cast<const char*>(mac.data()), length);
  return fmt::format("SharedKey {}:{}", key.account, base64(signature));
}

}  // namespace det::storage::signing
