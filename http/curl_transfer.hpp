#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "http/answer_head.hpp"
#include "http/curl_handle.hpp"
#include "http/curl_transport.hpp"
#include "http/transport.hpp"

namespace det::http {

// One request on its way and what has arrived of its answer. When more than a mebibyte waits to be taken, the
// transfer pauses by itself.
class CurlTransfer {
 public:
  CurlTransfer(const CurlLibrary& curl, Request request, const TransportOptions& options);

  CURL* handle() const { return handle_.get(); }
  const std::string& origin() const { return origin_; }

  bool has_head() const { return head_.complete(); }
  bool has_body() const { return !arrived_.empty(); }
  bool ended() const { return result_.has_value(); }
  void end(CURLcode result) { result_ = result; }
  // Throws the reason when the transfer has ended badly.
  void require_success() const;

  int status() const { return head_.status(); }
  std::optional<std::string> header(std::string_view name) const { return head_.header(name); }
  // What has arrived, valid until the next call.
  std::string_view take();
  // Lets a paused transfer go on.
  void resume();

 private:
  static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);

  const Request request_;
  const std::string origin_;
  const std::string proxy_;
  const std::chrono::milliseconds connect_timeout_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  CurlHandle handle_;
  std::optional<CURLcode> result_;
  AnswerHead head_;
  bool paused_ = false;
  std::string arrived_;
  std::string taken_;
};

}  // namespace det::http
