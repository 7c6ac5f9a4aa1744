#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "http/transport.hpp"
#include "storage/remote_store.hpp"
#include "storage/url_encoding.hpp"

namespace det::storage::credentials {

// A bearer token of OAuth 2.0.
struct AccessToken {
  std::string text;
  std::chrono::system_clock::time_point expires;
};

// What the header Authorization says, at this moment. Throws Error{storage} when there is nothing to say.
using Authorization = std::function<std::string()>;

// "Bearer TOKEN" with a token that `fetch` gave, which is called first of all and whenever the last token is
// about to end.
Authorization bearer(std::function<AccessToken()> fetch, const Surroundings& surroundings);

// Asks for a token as RFC 6749 has it: a form by POST.
http::Request token_request(std::string url, const Parameters& form);

// Sends it, and reads the token from the answer (RFC 6749, 5.1). Throws Error{storage}: "SUBJECT was refused
// by HOST: ..."; the reason is the server's.
AccessToken exchange(const http::Request& request, std::string_view subject,
                     const Surroundings& surroundings);

}  // namespace det::storage::credentials
