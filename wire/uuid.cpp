#include "wire/uuid.hpp"

#include <algorithm>

namespace det::wire {
namespace {

bool is_hexadecimal(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

}  // namespace

bool is_uuid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto fits = [](char byte, char wanted) { return wanted == '-' ? byte == '-' : is_hexadecimal(byte); };
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), fits);
}

}  // namespace det::wire
