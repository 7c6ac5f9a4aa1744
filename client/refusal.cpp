#include "client/refusal.hpp"

#include <fmt/format.h>

#include <string>

#include "http/url.hpp"
#include "wire/error_body.hpp"

namespace det::client {
namespace {

constexpr std::size_t longest_body = std::size_t{1} << 20;

// As much of the body as fits and comes; an error may be a page that never ends, or one that breaks off. Its
// status has said what matters.
std::string beginning(http::Response& answer) {
  std::string body;
  try {
    while (body.size() <= longest_body) {
      const std::string_view piece = answer.next();
      if (piece.empty()) break;
      body += piece;
    }
  } catch (const Error& error) {
    if (error.failure != Failure::unreachable) throw;
  }
  return body;
}

bool is_passing(int status) {
  return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
}

Failure failure_of(int status) {
  if (status == 401 || status == 403) return Failure::permission;
  if (status == 404) return Failure::not_found;
  return is_passing(status) ? Failure::unreachable : Failure::master;
}

std::string sentence(http::Response& answer) {
  const int status = answer.status();
  if (status >= 300 && status < 400) {
    const auto target = answer.header("Location");
    const bool elsewhere = target && target->find("://") != std::string::npos;
    return fmt::format("the master redirects to {} (status {}), which is not followed",
                       elsewhere ? http::origin(*target) : "another page", status);
  }
  const std::string said = wire::error_text(beginning(answer));
  return said.empty() ? fmt::format("the master answered with status {}", status) : said;
}

}  // namespace

Error refusal(http::Response& answer) {
  const Error error = Error(failure_of(answer.status()), sentence(answer)).with_status(answer.status());
  return is_passing(answer.status()) ? error.worth_retrying() : error;
}

Error refusal(int status, const std::string& said) {
  const Error error(failure_of(status), said.empty() ? "the master ended the stream with an error" : said);
  if (status == 0) return error;
  return is_passing(status) ? error.with_status(status).worth_retrying() : error.with_status(status);
}

}  // namespace det::client
