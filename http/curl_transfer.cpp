#include "http/curl_transfer.hpp"

#include <strings.h>
#include <charconv>
#include <cstring>
#include <utility>

#include "http/curl_failure.hpp"
#include "http/curl_request.hpp"
#include "http/url.hpp"

namespace det::http {
namespace {

constexpr std::size_t longest_head_bytes = 256 * 1024;
constexpr std::size_t most_waiting_bytes = 1024 * 1024;

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Of "HTTP/1.1 200 OK"; 0 when there is none.
int status_of(std::string_view line) {
  line = without_blanks(line.substr(std::min(line.find(' '), line.size())));
  int status = 0;
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

CurlTransfer::CurlTransfer(const CurlLibrary& curl, Request request, const TransportOptions& options)
    : request_(std::move(request)),
      origin_(http::origin(request_.url)),
      proxy_(http::origin(proxy_for(request_.url, options.proxies))),
      connect_timeout_(options.connect_timeout),
      handle_(curl) {
  prepare(handle_, request_, options);
  handle_.set_callback(CURLOPT_HEADERFUNCTION, on_header);
  handle_.set_pointer(CURLOPT_HEADERDATA, this);
  handle_.set_callback(CURLOPT_WRITEFUNCTION, on_body);
  handle_.set_pointer(CURLOPT_WRITEDATA, this);
  handle_.set_pointer(CURLOPT_PRIVATE, this);
  handle_.set_pointer(CURLOPT_ERRORBUFFER, detail_.data());
}

void CurlTransfer::require_success() const {
  if (head_bytes_ > longest_head_bytes) {
    throw Error(Failure::unreachable, "the head of the answer of " + origin_ + " is longer than " +
                                          std::to_string(longest_head_bytes / 1024) + " KiB");
  }
  if (!result_ || *result_ == CURLE_OK) return;
  throw curl_failure({.code = *result_,
                      .system_error = static_cast<int>(handle_.number(CURLINFO_OS_ERRNO)),
                      .detail = detail_.data(),
                      .origin = origin_,
                      .proxy = proxy_,
                      .connect_timeout = connect_timeout_});
}

std::optional<std::string> CurlTransfer::header(std::string_view name) const {
  for (const auto& header : headers_) {
    if (same_name(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::string_view CurlTransfer::take() {
  taken_.clear();
  std::swap(taken_, arrived_);
  return taken_;
}

void CurlTransfer::resume() {
  if (!std::exchange(paused_, false)) return;
  handle_.library().easy_pause(handle(), CURLPAUSE_CONT);
}

std::size_t CurlTransfer::on_header(char* text, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  return transfer.add_header_line({text, size * count}) ? size * count : 0;
}

// Several heads may come: those of 1xx answers go before the real one, and trailers follow the body.
bool CurlTransfer::add_header_line(std::string_view line) {
  if (head_complete_) return true;
  head_bytes_ += line.size();
  if (head_bytes_ > longest_head_bytes) return false;
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    status_ = status_of(line);
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    headers_.push_back(
        {std::string(line.substr(0, colon)), std::string(without_blanks(line.substr(colon + 1)))});
  } else if (without_blanks(line).empty()) {
    head_complete_ = status_ >= 200;
  }
  return true;
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.arrived_.size() >= most_waiting_bytes) {
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.arrived_.append(bytes, size * count);
  return size * count;
}

}  // namespace det::http
