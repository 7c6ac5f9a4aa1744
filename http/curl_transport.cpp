#include "http/curl_transport.hpp"

#include <algorithm>
#include <utility>

#include "http/curl_failure.hpp"
#include "http/curl_transfer.hpp"
#include "http/url.hpp"

namespace det::http {
namespace {

using Clock = std::chrono::steady_clock;

// What a patient request waits: longer than anybody does.
constexpr std::chrono::hours for_ever{24 * 365};

// How long to wait for something, and what to call it when it does not come.
struct Patience {
  std::string what;
  std::chrono::milliseconds time;
};

// The connections, and the transfers that use them. Driving one transfer drives them all.
class CurlPool {
 public:
  CurlPool(const CurlLibrary& curl, const Cancellation& cancellation)
      : curl_(curl), cancellation_(cancellation), multi_(curl.multi_init()) {
    if (multi_ == nullptr) throw std::bad_alloc();
  }
  CurlPool(const CurlPool&) = delete;
  CurlPool& operator=(const CurlPool&) = delete;
  ~CurlPool() { curl_.multi_cleanup(multi_); }

  void add(const CurlTransfer& transfer) { check(curl_.multi_add_handle(multi_, transfer.handle())); }
  void remove(const CurlTransfer& transfer) { curl_.multi_remove_handle(multi_, transfer.handle()); }

  // Returns when something has arrived for `transfer`, or it has ended.
  void wait(CurlTransfer& transfer, bool (CurlTransfer::*arrived)() const, const Patience& patience) {
    const auto deadline = Clock::now() + patience.time;
    for (;;) {
      cancellation_.check();
      perform();
      if ((transfer.*arrived)() || transfer.ended()) return;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) throw silence(transfer.origin(), patience.what, patience.time);
      sleep(std::min(left, cancellation_.remaining().value_or(left)));
    }
  }

 private:
  void perform() {
    int running = 0;
    check(curl_.multi_perform(multi_, &running));
    int waiting = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &waiting)) {
      if (message->msg != CURLMSG_DONE) continue;
      CurlTransfer* transfer = nullptr;
      curl_.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      transfer->end(message->data.result);
    }
  }

  // Until a socket moves, a signal comes or the time is over.
  void sleep(std::chrono::milliseconds time) {
    curl_waitfd wake{cancellation_.wake_descriptor(), CURL_WAIT_POLLIN, 0};
    const int longest = static_cast<int>(std::min<std::chrono::milliseconds::rep>(time.count(), 60'000));
    check(curl_.multi_poll(multi_, &wake, wake.fd < 0 ? 0 : 1, longest, nullptr));
  }

  void check(CURLMcode code) const {
    if (code == CURLM_OK) return;
    throw Error(Failure::unclassified, std::string("libcurl failed: ") + curl_.multi_strerror(code));
  }

  const CurlLibrary& curl_;
  const Cancellation& cancellation_;
  CURLM* multi_;
};

class CurlResponse final : public Response {
 public:
  CurlResponse(std::shared_ptr<CurlPool> pool, std::unique_ptr<CurlTransfer> transfer,
               std::chrono::milliseconds stall_timeout)
      : pool_(std::move(pool)), transfer_(std::move(transfer)), stall_timeout_(stall_timeout) {
    pool_->add(*transfer_);
  }
  CurlResponse(const CurlResponse&) = delete;
  CurlResponse& operator=(const CurlResponse&) = delete;
  ~CurlResponse() override { pool_->remove(*transfer_); }

  void await_head(std::chrono::milliseconds timeout) {
    pool_->wait(*transfer_, &CurlTransfer::has_head, {"no answer", timeout});
    if (!transfer_->has_head()) transfer_->require_success();
  }

  int status() const override { return transfer_->status(); }
  std::optional<std::string> header(std::string_view name) const override { return transfer_->header(name); }

  std::string_view next() override {
    transfer_->resume();
    if (!transfer_->ended()) {
      const auto begun = Clock::now();
      pool_->wait(*transfer_, &CurlTransfer::has_body,
                  {"the answer stalled: nothing more came", stall_timeout_});
      waited_ += Clock::now() - begun;
    }
    if (!transfer_->has_body()) transfer_->require_success();
    const auto piece = transfer_->take();
    refuse_a_trickle(piece.size());
    return piece;
  }

 private:
  // A byte now and then is no progress either. Only time spent waiting counts: whoever reads may take its
  // own.
  void refuse_a_trickle(std::size_t bytes) {
    constexpr std::size_t least_bytes = 1024;
    waited_for_bytes_ += bytes;
    if (waited_ < 2 * stall_timeout_) return;
    if (waited_for_bytes_ < least_bytes && bytes > 0) {
      throw silence(transfer_->origin(), "the answer stalled: next to nothing came", 2 * stall_timeout_);
    }
    waited_ = {};
    waited_for_bytes_ = 0;
  }

  std::shared_ptr<CurlPool> pool_;
  std::unique_ptr<CurlTransfer> transfer_;
  std::chrono::milliseconds stall_timeout_;
  Clock::duration waited_{};
  std::size_t waited_for_bytes_ = 0;
};

// Writes the one line of a request, once its head has come or it has failed.
class Trace {
 public:
  Trace(const TransportOptions& options, const Request& request)
      : write_(options.trace), begun_(Clock::now()) {
    if (write_) line_ = request.method + " " + redacted(request.url);
  }
  void end(const std::string& outcome) const {
    if (!write_) return;
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
    write_(line_ + ": " + outcome + " after " + std::to_string(taken.count()) + " ms");
  }

 private:
  const std::function<void(std::string_view)>& write_;
  Clock::time_point begun_;
  std::string line_;
};

class CurlTransport final : public Transport {
 public:
  CurlTransport(TransportOptions options, const Cancellation& cancellation)
      : options_(std::move(options)), cancellation_(cancellation) {}

  std::unique_ptr<Response> send(const Request& request) override {
    const Trace trace(options_, request);
    try {
      auto response = started(request);
      response->await_head(request.patient ? for_ever : options_.first_byte_timeout);
      trace.end(std::to_string(response->status()));
      return response;
    } catch (const Error& error) {
      trace.end(error.message);
      throw;
    }
  }

 private:
  // The library is opened by the first request, not before.
  std::unique_ptr<CurlResponse> started(const Request& request) {
    const auto& curl = curl_library();
    if (!pool_) pool_ = std::make_shared<CurlPool>(curl, cancellation_);
    return std::make_unique<CurlResponse>(pool_, std::make_unique<CurlTransfer>(curl, request, options_),
                                          request.patient ? for_ever : options_.stall_timeout);
  }

  const TransportOptions options_;
  const Cancellation& cancellation_;
  std::shared_ptr<CurlPool> pool_;
};

}  // namespace

std::unique_ptr<Transport> curl_transport(TransportOptions options, const Cancellation& cancellation) {
  return std::make_unique<CurlTransport>(std::move(options), cancellation);
}

}  // namespace det::http
