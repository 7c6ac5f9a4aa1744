#include "http/curl_transfer.hpp"

#include <utility>

#include "http/curl_failure.hpp"
#include "http/curl_request.hpp"
#include "http/url.hpp"

namespace det::http {
namespace {

constexpr std::size_t most_waiting_bytes = std::size_t{256} * 1024;

}  // namespace

CurlTransfer::CurlTransfer(const CurlLibrary& curl, Request request, const TransportOptions& options)
    : request_(std::move(request)),
      origin_(http::origin(request_.url)),
      proxy_(http::origin(proxy_for(request_.url, options.proxies))),
      connect_timeout_(options.connect_timeout),
      handle_(curl) {
  prepare(handle_, request_, options);
  handle_.deliver({.head = on_header, .body = on_body, .self = this, .detail = detail_.data()});
}

void CurlTransfer::require_success() const {
  if (head_.too_long()) throw endless_head(origin_);
  if (!result_ || *result_ == CURLE_OK) return;
  throw curl_failure({.code = *result_,
                      .system_error = static_cast<int>(handle_.number(CURLINFO_OS_ERRNO)),
                      .detail = detail_.data(),
                      .origin = origin_,
                      .proxy = proxy_,
                      .connect_timeout = connect_timeout_});
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
  return transfer.head_.add_line({text, size * count}) ? size * count : 0;
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.arrived_.size() + size * count > most_waiting_bytes && !transfer.arrived_.empty()) {
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.arrived_.append(bytes, size * count);
  return size * count;
}

}  // namespace det::http
