#include "storage/signing/google_jwt.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "model/error.hpp"
#include "storage/base64.hpp"

namespace det::storage::signing {
namespace {

using Json = nlohmann::ordered_json;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::int64_t lifetime_seconds = 3600;  // the longest that Google accepts

Key parsed(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  std::string no_password;  // given, lest OpenSSL asks for one on the terminal
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_password.data()), EVP_PKEY_free);
  if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) return key;
  throw Error(Failure::storage, "the private key of the service account is no RSA key in PEM");
}

std::string encoded(const Json& json) {
  return base64_url(json.dump(-1, ' ', true, Json::error_handler_t::replace));
}

}  // namespace

std::string rs256(std::string_view text, const std::string& private_key) {
  const auto key = parsed(private_key);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::size_t length = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  std::string signature(length, '\0');
  const bool done = context != nullptr &&
                    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                                   reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  if (!done) throw Error(Failure::storage, "the private key of the service account does not sign");
  signature.resize(length);
  return signature;
}

std::string google_jwt(const GoogleClaim& claim, const GoogleKey& key) {
  using std::chrono::seconds;
  const auto issued = std::chrono::duration_cast<seconds>(claim.issued_at.time_since_epoch()).count();
  Json head{{"alg", "RS256"}, {"typ", "JWT"}};
  if (!key.id.empty()) head["kid"] = key.id;
  const Json body{{"iss", claim.issuer},
                  {"scope", claim.scope},
                  {"aud", claim.audience},
                  {"iat", issued},
                  {"exp", issued + lifetime_seconds}};
  const auto text = encoded(head) + "." + encoded(body);
  return text + "." + base64_url(rs256(text, key.pem));
}

}  // namespace det::storage::signing
