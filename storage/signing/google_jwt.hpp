#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace det::storage::signing {

// The signature RS256 (RFC 7518, 3.3: RSASSA-PKCS1-v1_5 with SHA-256) of `text`, raw. `private_key` is an RSA
// key in PEM. Throws Error{storage} when it is not.
std::string rs256(std::string_view text, const std::string& private_key);

struct GoogleClaim {
  std::string issuer;  // the service account's address
  std::string scope;
  std::string audience;  // who is asked for a token
  std::chrono::system_clock::time_point issued_at;
};

struct GoogleKey {
  std::string id;   // may be empty
  std::string pem;  // private
};

// The JSON Web Token (RFC 7519) by which a service account asks for an access token, good for an hour, as
// developers.google.com/identity/protocols/oauth2/service-account describes it.
std::string google_jwt(const GoogleClaim& claim, const GoogleKey& key);

}  // namespace det::storage::signing
