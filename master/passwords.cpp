#include "master/passwords.hpp"

#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <array>
#include <memory>

#include "model/error.hpp"

namespace det::master {
namespace {

constexpr const char* algorithm = "$y$";

template <std::size_t Size>
std::array<unsigned char, Size> random_bytes() {
  std::array<unsigned char, Size> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error(Failure::unclassified, "the system gives no random numbers");
  return bytes;
}

// Empty when libcrypt refuses.
std::string crypted(const std::string& secret, const std::string& setting) {
  const auto memory = std::make_unique<crypt_data>();
  const char* text = ::crypt_r(secret.c_str(), setting.c_str(), memory.get());
  return text == nullptr || *text == '*' ? std::string() : std::string(text);
}

// Nobody's: no secret is known that gives it.
const std::string& hash_of_nobody() {
  static const std::string hash = password_hash(random_secret());
  return hash;
}

}  // namespace

std::string password_hash(const std::string& secret) {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  const char* made =
      ::crypt_gensalt_rn(algorithm, 0, nullptr, 0, setting.data(), static_cast<int>(setting.size()));
  const auto hash = made == nullptr ? std::string() : crypted(secret, made);
  if (hash.empty()) throw Error(Failure::unclassified, "this system's libcrypt has no yescrypt");
  return hash;
}

bool password_fits(const std::string& secret, const std::string& hash) {
  const auto& wanted = hash.empty() ? hash_of_nobody() : hash;
  const auto found = crypted(secret, wanted);
  const bool same =
      found.size() == wanted.size() && CRYPTO_memcmp(found.data(), wanted.data(), found.size()) == 0;
  return same && !hash.empty();
}

std::string random_secret() {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string secret;
  for (const auto byte : random_bytes<43>()) secret += letters[byte % letters.size()];
  return secret;
}

std::string random_uuid() {
  auto bytes = random_bytes<16>();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string uuid;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
    uuid += fmt::format("{:02x}", bytes[i]);
  }
  return uuid;
}

std::string token_hash(std::string_view token) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_CTX state{};
  SHA256_Init(&state);
  SHA256_Update(&state, token.data(), token.size());
  SHA256_Final(digest.data(), &state);
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace det::master
