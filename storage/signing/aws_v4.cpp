#include "storage/signing/aws_v4.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <ctime>
#include <utility>

#include "model/error.hpp"

namespace det::storage::signing {
namespace {

using Sha256 = std::array<unsigned char, 32>;

std::string hex(std::string_view bytes) {
  std::string digits;
  digits.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    constexpr std::string_view digit = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    digits += digit[value >> 4U];
    digits += digit[value & 0xFU];
  }
  return digits;
}

std::string text_of(const Sha256& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string hmac(std::string_view key, std::string_view text) {
  Sha256 result{};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), result.data(),
           nullptr) == nullptr) {
    throw Error(Failure::unclassified, "cannot compute an HMAC");
  }
  return text_of(result);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

// Without spaces at its ends, and with one for each run of them.
std::string trimmed(std::string_view value) {
  std::string result;
  for (const char c : value) {
    if (c == ' ' && (result.empty() || result.back() == ' ')) continue;
    result += c;
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

struct SignedHeaders {
  std::string names;  // "host;x-amz-date"
  std::string lines;  // "host:h\nx-amz-date:20130524T000000Z\n"
};

SignedHeaders signed_headers(const std::string& host, const std::vector<http::Header>& headers) {
  std::vector<std::pair<std::string, std::string>> sorted{{"host", host}};
  for (const auto& header : headers) sorted.emplace_back(lower(header.name), trimmed(header.value));
  std::sort(sorted.begin(), sorted.end());
  SignedHeaders result;
  for (const auto& [name, value] : sorted) {
    result.names += (result.names.empty() ? "" : ";") + name;
    result.lines += name + ":" + value + "\n";
  }
  return result;
}

std::string canonical_query(const Parameters& query) {
  Parameters encoded;
  encoded.reserve(query.size());
  for (const auto& [name, value] : query) encoded.emplace_back(url_encoded(name), url_encoded(value));
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", name, value);
  }
  return text;
}

std::string stamp(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, sizeof "20130524T000000Z"> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), length};
}

}  // namespace

std::string payload_hash(std::string_view body) {
  Sha256 result{};
  if (EVP_Digest(body.data(), body.size(), result.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw Error(Failure::unclassified, "cannot compute a SHA-256 digest");
  }
  return hex(text_of(result));
}

AwsV4Signer::AwsV4Signer(AwsKeys keys, std::string region, std::string service)
    : keys_(std::move(keys)), region_(std::move(region)), service_(std::move(service)) {}

const std::string& AwsV4Signer::key_of(const std::string& day) {
  if (day != day_) {
    key_ = hmac(hmac(hmac(hmac("AWS4" + keys_.secret_key, day), region_), service_), "aws4_request");
    day_ = day;
  }
  return key_;
}

std::vector<http::Header> AwsV4Signer::headers(const AwsRequest& request,
                                               std::chrono::system_clock::time_point time) {
  const auto when = stamp(time);
  const auto day = when.substr(0, 8);
  auto headers = request.headers;
  headers.push_back({"x-amz-date", when});
  if (service_ == "s3") headers.push_back({"x-amz-content-sha256", request.payload_hash});
  if (!keys_.session_token.empty()) headers.push_back({"x-amz-security-token", keys_.session_token});
  const auto [names, lines] = signed_headers(request.host, headers);
  const auto scope = fmt::format("{}/{}/{}/aws4_request", day, region_, service_);
  const auto canonical = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path,
                                     canonical_query(request.query), lines, names, request.payload_hash);
  const auto to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", when, scope, payload_hash(canonical));
  headers.push_back(
      {"Authorization", fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                    keys_.access_key, scope, names, hex(hmac(key_of(day), to_sign)))});
  return headers;
}

}  // namespace det::storage::signing
