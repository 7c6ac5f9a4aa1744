#include "http/curl_failure.hpp"

#include "http/answer_head.hpp"
#include "http/url.hpp"

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace det::http {
namespace {

// libcurl's and the system's sentences as the rest of one of ours.
std::string lower_case_start(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  const bool word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
  if (word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string why(const BrokenTransfer& broken) {
  if (broken.system_error != 0) return lower_case_start(std::strerror(broken.system_error));
  if (!broken.detail.empty()) return lower_case_start(without_user_info(broken.detail));
  return lower_case_start(curl_library().easy_strerror(broken.code));
}

std::string seconds(std::chrono::milliseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g s", std::chrono::duration<double>(time).count());
  return text.data();
}

Error unreachable(const BrokenTransfer& broken, const std::string& sentence) {
  return Error(Failure::unreachable, sentence).caused_by(broken.system_error).worth_retrying();
}

Error unconnected(const BrokenTransfer& broken, const std::string& reason) {
  const auto way = broken.proxy.empty() ? "" : " (the proxy " + broken.proxy + " is set)";
  return unreachable(broken, "could not connect to " + broken.origin + way + ": " + reason);
}

Error untrusted(const BrokenTransfer& broken) {
  return Error(Failure::unreachable, "could not connect to " + broken.origin + ": " +
                                         lower_case_start(without_user_info(broken.detail)))
      .advising("det --cacert FILE ... trusts the authority in FILE");
}

}  // namespace

Error curl_failure(const BrokenTransfer& broken) {
  switch (broken.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return unconnected(broken, "the host name was not found");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unconnected(broken, "the proxy's host name was not found");
    case CURLE_COULDNT_CONNECT:
      return unconnected(broken, why(broken));
    case CURLE_OPERATION_TIMEDOUT:
      return unconnected(broken, "no connection within " + seconds(broken.connect_timeout))
          .caused_by(ETIMEDOUT);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return untrusted(broken);
    case CURLE_SSL_CONNECT_ERROR:
      return unconnected(broken, lower_case_start(without_user_info(broken.detail)));
    case CURLE_GOT_NOTHING:
      return unreachable(broken, broken.origin + " closed the connection without an answer");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return Error(Failure::unreachable, broken.origin + " did not answer with HTTP");
    case CURLE_PARTIAL_FILE:
      return unreachable(broken, "the answer of " + broken.origin + " ended early");
    case CURLE_BAD_CONTENT_ENCODING:
      return Error(Failure::master,
                   "the answer of " + broken.origin + " is damaged: its compression is not valid");
    case CURLE_URL_MALFORMAT:
      return Error(Failure::usage, "not a valid address: " + broken.origin);
    default:
      return unreachable(broken, "the connection to " + broken.origin + " broke: " + why(broken));
  }
}

Error endless_head(const std::string& origin) {
  return Error(Failure::unreachable, "the head of the answer of " + origin + " is longer than " +
                                         std::to_string(AnswerHead::longest_bytes / 1024) + " KiB");
}

Error silence(const std::string& origin, const std::string& what, std::chrono::milliseconds patience) {
  return Error(Failure::unreachable, what + " from " + origin + " within " + seconds(patience))
      .caused_by(ETIMEDOUT)
      .worth_retrying();
}

}  // namespace det::http
