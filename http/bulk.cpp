#include "http/bulk.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <list>
#include <new>
#include <string>
#include <utility>

#include "http/curl_failure.hpp"
#include "http/curl_handle.hpp"
#include "http/curl_request.hpp"
#include "http/url.hpp"

namespace det::http {
namespace {

// One request on its way.
class BulkTransfer {
 public:
  BulkTransfer(const CurlLibrary& curl, Request request, const TransportOptions& options, Receiver& receiver)
      : request_(std::move(request)), options_(options), receiver_(receiver), handle_(curl) {
    prepare(handle_, request_, options_);
    handle_.deliver({.head = on_header, .body = on_body, .self = this, .detail = detail_.data()});
    handle_.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    handle_.set(CURLOPT_LOW_SPEED_TIME,
                static_cast<long>(std::chrono::ceil<std::chrono::seconds>(options.stall_timeout).count()));
  }

  CURL* handle() const { return handle_.get(); }

  void end(CURLcode result) { receiver_.end(failure(result)); }

 private:
  std::optional<Error> failure(CURLcode result) const {
    if (thrown_) return thrown_;
    const auto asked = origin(request_.url);
    if (head_.too_long()) return endless_head(asked);
    if (result == CURLE_OK) return std::nullopt;
    if (result == CURLE_OPERATION_TIMEDOUT &&
        std::string_view(detail_.data()).starts_with("Operation too slow")) {
      return silence(asked, "the answer stalled: nothing more came", options_.stall_timeout);
    }
    return curl_failure({.code = result,
                         .system_error = static_cast<int>(handle_.number(CURLINFO_OS_ERRNO)),
                         .detail = detail_.data(),
                         .origin = asked,
                         .proxy = origin(proxy_for(request_.url, options_.proxies)),
                         .connect_timeout = options_.connect_timeout});
  }

  // One of the few catches: nothing may be thrown through libcurl, so it is kept until the end.
  template <typename Work>
  bool kept(const Work& work) {
    try {
      work();
      return true;
    } catch (const Error& error) {
      thrown_ = error;
    } catch (const std::exception& exception) {
      thrown_ = Error(Failure::unclassified, exception.what());
    }
    return false;
  }

  static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<BulkTransfer*>(self);
    const bool was_complete = transfer.head_.complete();
    if (!transfer.head_.add_line({text, size * count})) return 0;
    if (was_complete || !transfer.head_.complete()) return size * count;
    return transfer.kept([&] { transfer.receiver_.head(transfer.head_); }) ? size * count : 0;
  }

  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<BulkTransfer*>(self);
    const std::string_view piece(bytes, size * count);
    return transfer.kept([&] { transfer.receiver_.body(piece); }) ? piece.size() : 0;
  }

  const Request request_;
  const TransportOptions& options_;
  Receiver& receiver_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  AnswerHead head_;
  std::optional<Error> thrown_;
  CurlHandle handle_;
};

class CurlBulk final : public Bulk {
 public:
  explicit CurlBulk(const TransportOptions& options)
      : curl_(curl_library()), options_(options), multi_(curl_.multi_init()) {
    if (multi_ == nullptr) throw std::bad_alloc();
  }
  CurlBulk(const CurlBulk&) = delete;
  CurlBulk& operator=(const CurlBulk&) = delete;
  ~CurlBulk() override {
    CurlBulk::abandon();
    curl_.multi_cleanup(multi_);
  }

  void start(const Request& request, Receiver& receiver) override {
    transfers_.emplace_back(curl_, request, options_, receiver);
    check(curl_.multi_add_handle(multi_, transfers_.back().handle()));
  }

  std::size_t running() const override { return transfers_.size(); }

  void drive(std::chrono::milliseconds longest) override {
    if (perform()) return;
    const int milliseconds =
        static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(longest.count(), 0, 60'000));
    check(curl_.multi_poll(multi_, nullptr, 0, milliseconds, nullptr));
    perform();
  }

  void abandon() override {
    for (const auto& transfer : transfers_) curl_.multi_remove_handle(multi_, transfer.handle());
    transfers_.clear();
  }

  void wake() override { curl_.multi_wakeup(multi_); }

 private:
  // Whether a transfer has ended.
  bool perform() {
    int unended = 0;
    check(curl_.multi_perform(multi_, &unended));
    bool any = false;
    int waiting = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &waiting)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto result = message->data.result;
      BulkTransfer* ended = nullptr;
      curl_.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &ended);
      curl_.multi_remove_handle(multi_, message->easy_handle);
      ended->end(result);
      transfers_.remove_if([&](const BulkTransfer& transfer) { return &transfer == ended; });
      any = true;
    }
    return any;
  }

  void check(CURLMcode code) const {
    if (code == CURLM_OK) return;
    throw Error(Failure::unclassified, std::string("libcurl failed: ") + curl_.multi_strerror(code));
  }

  const CurlLibrary& curl_;
  const TransportOptions options_;
  CURLM* multi_;
  std::list<BulkTransfer> transfers_;
};

}  // namespace

std::unique_ptr<Bulk> curl_bulk(const TransportOptions& options) {
  return std::make_unique<CurlBulk>(options);
}

}  // namespace det::http
