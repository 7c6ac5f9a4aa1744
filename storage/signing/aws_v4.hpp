#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport.hpp"
#include "storage/url_encoding.hpp"

namespace det::storage::signing {

struct AwsKeys {
  std::string access_key;
  std::string secret_key;
  std::string session_token = {};  // of temporary keys; empty: they are lasting

  bool operator==(const AwsKeys&) const = default;
};

struct AwsRequest {
  std::string method = "GET";
  std::string host;                        // as in the Host header: with a port that is not the usual one
  std::string path = "/";                  // as in the URL: encoded
  Parameters query = {};                   // of the URL; a name without value has the empty one
  std::vector<http::Header> headers = {};  // that are to be signed, beside those that signing adds
  std::string payload_hash;                // payload_hash(body)
};

// SHA-256 in hexadecimal digits.
std::string payload_hash(std::string_view body);
// That of no body.
inline constexpr std::string_view empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// Signs requests for one service of one region by Signature Version 4, in the form for a header: "Signature
// Calculations for the Authorization Header" of the Amazon S3 API Reference. What headers() gives depends on
// the arguments alone; the key of the day is kept.
class AwsV4Signer {
 public:
  AwsV4Signer(AwsKeys keys, std::string region, std::string service);

  const AwsKeys& keys() const { return keys_; }

  // The headers to send: those of the request, x-amz-date, Authorization and, as there is need,
  // x-amz-security-token and (for s3) x-amz-content-sha256. Host is signed, and left to whoever sends.
  std::vector<http::Header> headers(const AwsRequest& request, std::chrono::system_clock::time_point time);

 private:
  const std::string& key_of(const std::string& day);

  AwsKeys keys_;
  std::string region_;
  std::string service_;
  std::string day_;
  std::string key_;
};

}  // namespace det::storage::signing
