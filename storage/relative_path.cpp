#include "storage/relative_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "model/error.hpp"

namespace det::storage {
namespace {

constexpr std::size_t longest_part = 255;
constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_shown = 200;

[[noreturn]] void refuse(std::string_view path, std::string_view why) {
  throw Error(Failure::integrity, fmt::format("the file name \"{}\" is refused: {}", printable(path), why));
}

void require_part(std::string_view path, std::string_view part) {
  if (part.empty()) refuse(path, "it has an empty part");
  if (part == "." || part == "..") refuse(path, "it does not stay below the checkpoint");
  if (part.size() > longest_part) refuse(path, "a part of it is longer than 255 bytes");
}

std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

// The length of the well-formed character at the front; 0 where there is none. `code` becomes its number.
std::size_t character_at(std::string_view text, std::uint32_t& code) {
  const auto first = static_cast<unsigned char>(text[0]);
  const auto length = sequence_length(first);
  if (length == 0 || length > text.size()) return 0;
  code = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) return 0;
    code = code << 6U | (next & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  return overlong || surrogate || code > 0x10ffff ? 0 : length;
}

bool harmless(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool reorders = (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                        (code >= 0x2066 && code <= 0x2069);
  return !control && !reorders && code != 0xfeff;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string escape_unsafe(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    std::uint32_t code = 0;
    const auto length = character_at(text, code);
    const auto piece = text.substr(0, length == 0 ? 1 : length);
    shown += length != 0 && harmless(code) ? std::string(piece) : escaped(piece);
    text.remove_prefix(piece.size());
  }
  return shown;
}

}  // namespace

void require_relative(std::string_view path) {
  if (path.empty()) refuse(path, "it is empty");
  if (path.front() == '/') refuse(path, "it is absolute");
  if (path.size() > longest_path) refuse(path, "it is longer than 4096 bytes");
  if (path.find('\0') != std::string_view::npos) refuse(path, "it holds a NUL");
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('/', start), path.size());
    require_part(path, path.substr(start, end - start));
    start = end + 1;
  }
  if (path.substr(0, path.find('/')) == partial_name)
    refuse(path, "that name is reserved for our own staging");
}

std::string stored_path(std::string_view path) {
  const auto top = path.substr(0, path.find('/'));
  if (top != receipt_name) return std::string(path);
  return fmt::format("{}.from-checkpoint{}", receipt_name, path.substr(top.size()));
}

std::string printable(std::string_view name) {
  if (name.size() <= longest_shown) return escape_unsafe(name);
  const auto half = longest_shown / 2;
  return fmt::format("{}...{}", escape_unsafe(name.substr(0, half)),
                     escape_unsafe(name.substr(name.size() - half)));
}

bool is_utf8(std::string_view bytes) {
  std::uint32_t code = 0;
  while (!bytes.empty()) {
    const auto length = character_at(bytes, code);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace det::storage
