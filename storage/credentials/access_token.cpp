#include "storage/credentials/access_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/url.hpp"
#include "model/error.hpp"
#include "storage/remote_exchange.hpp"

namespace det::storage::credentials {
namespace {

using Json = nlohmann::json;

constexpr int ok = 200;
// As Google's own libraries: its metadata server gives a new token less than four minutes before the end.
constexpr std::chrono::seconds kept_until_before_end{225};

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Absent ones count as an hour: RFC 6749 lets a server leave it out.
std::chrono::seconds lifetime_of(const Json& json) {
  const auto found = json.find("expires_in");
  constexpr std::int64_t most = 24 * 3600;
  if (found == json.end() || !found->is_number_integer()) return std::chrono::hours(1);
  return std::chrono::seconds(std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, most));
}

Error refused(std::string_view subject, const std::string& url, int status, const Json& json) {
  const auto described = text_of(json, "error_description");
  const auto why = said(described.empty() ? text_of(json, "error") : described, "it gave no reason");
  return answered(Failure::storage,
                  fmt::format("{} was refused by {}: {}", subject, http::authority(url), why), status);
}

}  // namespace

Authorization bearer(std::function<AccessToken()> fetch, const Surroundings& surroundings) {
  return [fetch = std::move(fetch), now = surroundings.now, token = AccessToken()]() mutable {
    if (token.text.empty() || now() + kept_until_before_end >= token.expires) token = fetch();
    return "Bearer " + token.text;
  };
}

http::Request token_request(std::string url, const Parameters& form) {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = query_text(form)};
}

AccessToken exchange(const http::Request& request, std::string_view subject,
                     const Surroundings& surroundings) {
  const auto asked_at = surroundings.now();
  const auto answer = ask(*surroundings.transport, request);
  const auto json = Json::parse(body_of(*answer), nullptr, false);
  if (answer->status() != ok) throw refused(subject, request.url, answer->status(), json);
  const auto token = json.is_object() ? text_of(json, "access_token") : std::string();
  if (!token.empty()) return {.text = token, .expires = asked_at + lifetime_of(json)};
  throw Error(Failure::storage, fmt::format("{} brought no access token: {} gave no valid answer", subject,
                                            http::authority(request.url)));
}

}  // namespace det::storage::credentials
