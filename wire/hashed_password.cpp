#include "wire/hashed_password.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <string_view>

namespace det::wire {

std::string hashed_password(const std::string& password) {
  constexpr std::string_view salt = "GubPEmmotfiK9TMD6Zdw";  // the same for everyone, by contract
  if (password.empty()) return password;
  const auto salted = std::string(salt) + password;
  std::array<unsigned char, SHA512_DIGEST_LENGTH> digest{};
  SHA512_CTX state{};
  SHA512_Init(&state);
  SHA512_Update(&state, salted.data(), salted.size());
  SHA512_Final(digest.data(), &state);
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace det::wire
