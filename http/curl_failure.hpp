#pragma once

#include <chrono>
#include <string>

#include "http/curl_library.hpp"
#include "model/error.hpp"

namespace det::http {

// A transfer that ended badly.
struct BrokenTransfer {
  CURLcode code = CURLE_OK;
  int system_error = 0;  // errno of the operating system; 0: none
  std::string detail;    // libcurl's own words; may be empty
  std::string origin;    // whom we asked
  std::string proxy;     // the origin of the proxy that is set, though NO_PROXY may bypass it; empty: none
  std::chrono::milliseconds connect_timeout{};
};

// The sentence for the user, and whether trying again may help.
Error curl_failure(const BrokenTransfer& broken);

// The head of an answer of `origin` was longer than any that is read.
Error endless_head(const std::string& origin);

// The other side was silent for `patience` while we waited for `what` ("an answer").
Error silence(const std::string& origin, const std::string& what, std::chrono::milliseconds patience);

}  // namespace det::http
