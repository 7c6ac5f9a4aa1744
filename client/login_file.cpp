#include "client/login_file.hpp"

#include <nlohmann/json.hpp>

#include "client/address.hpp"
#include "model/error.hpp"

namespace det::client {
namespace {

using Json = nlohmann::json;  // keys sorted, as the official client writes them

constexpr int newest_version = 2;

std::optional<Logins> logins(const Json& entry) {
  if (!entry.is_object()) return std::nullopt;
  Logins found;
  for (const auto& [key, value] : entry.items()) {
    if (key == "active_user" && value.is_string()) {
      found.active_user = value.get<std::string>();
    } else if (key == "tokens" && value.is_object()) {
      for (const auto& [user, token] : value.items()) {
        if (!token.is_string()) return std::nullopt;
        found.tokens[user] = token.get<std::string>();
      }
    } else if (key != "version") {
      return std::nullopt;
    }
  }
  return found;
}

std::string canonical_or_same(const std::string& address) {
  try {
    return canonical_address(address);
  } catch (const Error&) {
    return address;  // another tool's, to be kept
  }
}

void join(Logins& kept, const Logins& more) {
  if (!kept.active_user) kept.active_user = more.active_user;
  for (const auto& [user, token] : more.tokens) kept.tokens[user] = token;
}

}  // namespace

std::optional<LoginFile> parse_login_file(std::string_view text, const std::string& address) {
  const auto document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  const auto version = document.value("version", Json(0));
  if (!version.is_number_integer() || version < 0) return std::nullopt;
  if (version > newest_version) {
    throw Error(Failure::unclassified,
                "the token file has version " + version.dump() + ", which this det does not know");
  }
  const Json masters = version == 0 ? Json{{address, document}} : document.value("masters", Json::object());
  if (!masters.is_object()) return std::nullopt;
  LoginFile file;
  for (const auto& [name, entry] : masters.items()) {
    const auto found = logins(entry);
    if (!found) return std::nullopt;
    join(file[canonical_or_same(name)], *found);
  }
  return file;
}

std::string login_file_text(const LoginFile& logins) {
  Json masters = Json::object();
  for (const auto& [address, entry] : logins) {
    auto& written = masters[address];
    written["tokens"] = entry.tokens;
    if (entry.active_user) written["active_user"] = *entry.active_user;
  }
  return Json{{"masters", masters}, {"version", 1}}.dump(4, ' ', true, Json::error_handler_t::replace);
}

}  // namespace det::client
