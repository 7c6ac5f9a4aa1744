#include "http/retry.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "model/error.hpp"
#include "model/number.hpp"

namespace det::http {
namespace {

using std::chrono::milliseconds;

constexpr int ok = 200;
constexpr int partial_content = 206;

struct Outcome {
  std::unique_ptr<Response> response;
  std::optional<Error> error;
};

// RFC 9110, 10.2.3: seconds, or a date. Absent when it is neither.
std::optional<milliseconds> asked_delay(const std::string& value, std::chrono::system_clock::time_point now) {
  if (const auto seconds = model::number<unsigned>(value)) return std::chrono::seconds(*seconds);
  std::tm date{};
  if (strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return std::nullopt;
  const auto wait = std::chrono::system_clock::from_time_t(timegm(&date)) - now;
  return std::max(std::chrono::duration_cast<milliseconds>(wait), milliseconds(0));
}

class RetryingTransport final : public Transport {
 public:
  RetryingTransport(std::unique_ptr<Transport> transport, RetryPolicy policy, RetryClock clock)
      : transport_(std::move(transport)), rule_(std::move(policy), std::move(clock)) {}

  std::unique_ptr<Response> send(const Request& request) override {
    if (!is_idempotent(request.method)) return transport_->send(request);
    for (int retries = 0;; ++retries) {
      auto outcome = attempt(request);
      const auto delay = delay_after(outcome, retries);
      if (!delay && outcome.error) throw *outcome.error;
      if (!delay) return lasting(request, std::move(outcome.response));
      outcome.response.reset();
      rule_.clock().sleep(*delay);
    }
  }

 private:
  std::unique_ptr<Response> lasting(const Request& request, std::unique_ptr<Response> response);

  // One of the few catches: an error decides whether the request is sent once more.
  Outcome attempt(const Request& request) {
    try {
      return {.response = transport_->send(request), .error = std::nullopt};
    } catch (const Error& error) {
      return {.response = nullptr, .error = error};
    }
  }

  // Absent: no further attempt.
  std::optional<milliseconds> delay_after(const Outcome& outcome, int retries) const {
    if (outcome.error) return rule_.after(*outcome.error, retries);
    return rule_.after(outcome.response->status(), outcome.response->header("Retry-After"), retries);
  }

  std::unique_ptr<Transport> transport_;
  RetryRule rule_;
};

// A body that goes on with another answer to the same request where one breaks off.
class LastingResponse final : public Response {
 public:
  // Waits as long as after so many breaks is proper, and asks again; null when nothing came.
  using Again = std::function<std::unique_ptr<Response>(int breaks)>;

  LastingResponse(std::unique_ptr<Response> response, int most_breaks, Again again)
      : response_(std::move(response)),
        status_(response_->status()),
        length_(response_->header("Content-Length")),
        range_(response_->header("Content-Range")),
        most_breaks_(most_breaks),
        again_(std::move(again)) {}

  int status() const override { return response_->status(); }
  std::optional<std::string> header(std::string_view name) const override { return response_->header(name); }

  std::string_view next() override {
    // One of the few catches: a break decides whether the request is sent once more.
    while (true) {
      try {
        const auto piece = response_->next();
        if (piece.empty()) return piece;
        const auto rest = unseen(piece);
        if (!rest.empty()) return rest;
      } catch (const Error& error) {
        if (error.failure != Failure::unreachable || !go_on()) throw;
      }
    }
  }

 private:
  // What of the piece was not delivered before.
  std::string_view unseen(std::string_view piece) {
    const auto passed = std::min<std::uint64_t>(delivered_ - response_at_, piece.size());
    response_at_ += piece.size();
    delivered_ = std::max(delivered_, response_at_);
    return piece.substr(static_cast<std::size_t>(passed));
  }

  bool go_on() {
    while (breaks_ < most_breaks_) {
      auto another = again_(breaks_++);
      if (!another) continue;
      if (!is_same(*another)) return false;
      response_ = std::move(another);
      response_at_ = 0;
      return true;
    }
    return false;
  }

  // Whether the answer says that it has the bytes of the first one.
  bool is_same(const Response& another) const {
    return another.status() == status_ && another.header("Content-Length") == length_ &&
           another.header("Content-Range") == range_;
  }

  std::unique_ptr<Response> response_;
  int status_;
  std::optional<std::string> length_;
  std::optional<std::string> range_;
  int most_breaks_;
  Again again_;
  std::uint64_t delivered_ = 0;
  std::uint64_t response_at_ = 0;
  int breaks_ = 0;
};

std::unique_ptr<Response> RetryingTransport::lasting(const Request& request,
                                                     std::unique_ptr<Response> response) {
  const bool has_bytes = response->status() == ok || response->status() == partial_content;
  if (!request.unchanging || !has_bytes || !response->header("Content-Length")) return response;
  return std::make_unique<LastingResponse>(
      std::move(response), rule_.policy().retries, [this, request](int breaks) {
        rule_.clock().sleep(rule_.backoff(breaks));
        auto outcome = attempt(request);
        if (outcome.error && outcome.error->failure != Failure::unreachable) throw *outcome.error;
        return std::move(outcome.response);
      });
}

void sleep(const Cancellation& cancellation, milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    cancellation.check();
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd wake{cancellation.wake_descriptor(), POLLIN, 0};
    ::poll(&wake, 1, static_cast<int>(std::min(left, cancellation.remaining().value_or(left)).count()));
  }
}

}  // namespace

std::optional<milliseconds> RetryRule::after(const Error& error, int retries) const {
  if (retries >= policy_.retries) return std::nullopt;
  if (error.failure != Failure::unreachable || !error.retryable) return std::nullopt;
  if (error.system_error == ETIMEDOUT) return std::nullopt;
  if (error.system_error != ECONNREFUSED) return backoff(retries);
  if (retries >= 2) return std::nullopt;
  return backoff(std::min(policy_.first_delay, milliseconds(100)), retries);
}

std::optional<milliseconds> RetryRule::after(int status, const std::optional<std::string>& retry_after,
                                             int retries) const {
  if (retries >= policy_.retries) return std::nullopt;
  const auto& statuses = policy_.statuses;
  if (std::find(statuses.begin(), statuses.end(), status) == statuses.end()) return std::nullopt;
  const auto asked = retry_after ? asked_delay(*retry_after, clock_.now()) : std::nullopt;
  if (!asked) return backoff(retries);
  return *asked > policy_.longest_wait ? std::nullopt : asked;
}

milliseconds RetryRule::backoff(int retries) const {
  return backoff(policy_.first_delay, retries);
}

// Between half of the delay and the whole of it, so that many clients do not come back at once.
milliseconds RetryRule::backoff(milliseconds first, int retries) const {
  const auto whole = std::min(first * (std::int64_t{1} << std::min(retries, 20)), policy_.longest_wait);
  return std::chrono::duration_cast<milliseconds>(whole * (0.5 + clock_.jitter() / 2));
}

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 4> repeatable{"GET", "HEAD", "PUT", "DELETE"};
  return std::find(repeatable.begin(), repeatable.end(), method) != repeatable.end();
}

RetryClock real_retry_clock(const Cancellation& cancellation) {
  return {.now = [] { return std::chrono::system_clock::now(); },
          .sleep = [&cancellation](milliseconds time) { sleep(cancellation, time); },
          .jitter =
              [] {
                std::random_device chance;
                return std::uniform_real_distribution<>()(chance);
              }};
}

std::unique_ptr<Transport> retrying(std::unique_ptr<Transport> transport, RetryPolicy policy,
                                    RetryClock clock) {
  return std::make_unique<RetryingTransport>(std::move(transport), std::move(policy), std::move(clock));
}

}  // namespace det::http
