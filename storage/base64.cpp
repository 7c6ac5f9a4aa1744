#include "storage/base64.hpp"

#include <cstdint>

namespace det::storage {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encoded(std::string_view bytes, std::string_view letters) {
  std::string text;
  std::uint32_t waiting = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    waiting = (waiting << 8U) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += letters[(waiting >> (bits - 6)) & 0x3fU];
  }
  if (bits > 0) text += letters[(waiting << (6 - bits)) & 0x3fU];
  return text;
}

}  // namespace

std::string base64(std::string_view bytes) {
  auto text = encoded(bytes, alphabet);
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::string base64_url(std::string_view bytes) {
  return encoded(bytes, url_alphabet);
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t waiting = 0;
  unsigned bits = 0;
  for (const char letter : text.substr(0, text.find('='))) {
    const auto value = alphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    waiting = (waiting << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((waiting >> bits) & 0xffU);
  }
  if (base64(bytes) != text) return std::nullopt;  // padding and left-over bits too
  return bytes;
}

}  // namespace det::storage
