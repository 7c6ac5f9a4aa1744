#include "wire/uuid.hpp"

#include <algorithm>
#include <cctype>

#include "model/error.hpp"

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

std::string lower_uuid(std::string text) {
  if (!is_uuid(text)) throw Error(Failure::usage, "string " + text + " is not a valid uuid");
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

}  // namespace det::wire
