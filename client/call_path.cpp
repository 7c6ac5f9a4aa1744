#include "client/call_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/error.hpp"
#include "wire/uuid.hpp"

namespace det::client {
namespace {

constexpr std::size_t most_digits = 18;  // so that every id fits 64 bits

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool stands_for_itself(char byte) {
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  return letter || is_digit(byte) || std::string_view("-._~").find(byte) != std::string_view::npos;
}

std::string encoded(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    if (stands_for_itself(byte)) {
      result += byte;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return result;
}

}  // namespace

CallPath& CallPath::part(std::string_view name) {
  text_ += "/" + encoded(name);
  return *this;
}

CallPath& CallPath::with(std::string_view name, std::string_view value) {
  text_ += (has_query_ ? "&" : "?") + encoded(name) + "=" + encoded(value);
  has_query_ = true;
  return *this;
}

CallPath& CallPath::with(const Paging& paging) {
  if (paging.limit != 0) with("limit", paging.limit);
  return with("offset", paging.offset);
}

CallPath experiment_path(const std::string& id) {
  check_number("experiment", id);
  return CallPath("/api/v1/experiments").part(id);
}

CallPath trial_path(const std::string& id) {
  check_number("trial", id);
  return CallPath("/api/v1/trials").part(id);
}

void check_number(std::string_view kind, const std::string& id) {
  const bool fits = !id.empty() && id.size() <= most_digits && std::all_of(id.begin(), id.end(), is_digit);
  if (!fits) throw Error(Failure::usage, fmt::format("'{}' is no {} id: it is not a number", id, kind));
}

void check_uuid(const std::string& id) {
  if (wire::is_uuid(id)) return;
  throw Error(Failure::not_found, fmt::format("checkpoint '{}' not found: it is not a uuid", id));
}

}  // namespace det::client
