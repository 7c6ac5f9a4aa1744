#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/cancellation.hpp"
#include "http/transport.hpp"
#include "model/error.hpp"

namespace det::http {

// Whether asking twice does what asking once does: GET, HEAD, PUT, DELETE.
bool is_idempotent(std::string_view method);

struct RetryPolicy {
  int retries = 4;
  std::chrono::milliseconds first_delay{200};  // doubled from one retry to the next
  std::vector<int> statuses = {408, 429, 502, 503, 504};
  std::chrono::milliseconds longest_wait{30'000};  // a Retry-After beyond it is not waited for
};

// The policy that DET_RETRY_CONFIG asks for: a JSON object with parameters of urllib3's Retry, of which
// total, backoff_factor (seconds) and status_forcelist are heard. Throws Error{usage}.
RetryPolicy retry_policy(std::string_view json);

// Time and chance, as the layer sees them.
struct RetryClock {
  std::function<std::chrono::system_clock::time_point()> now;
  std::function<void(std::chrono::milliseconds)> sleep;  // throws when the work is cancelled
  std::function<double()> jitter;                        // from 0 to 1
};
// `cancellation` outlives what it returns.
RetryClock real_retry_clock(const Cancellation& cancellation);

// Whether to try once more, and after how long, when an attempt at something idempotent failed that had been
// tried `retries` times again before. Absent: not.
class RetryRule {
 public:
  RetryRule(RetryPolicy policy, RetryClock clock) : policy_(std::move(policy)), clock_(std::move(clock)) {}

  // No head came: not after silence, and after a refused connection only twice, quickly.
  std::optional<std::chrono::milliseconds> after(const Error& error, int retries) const;
  // The status is one of the policy's: as Retry-After says, else with growing, jittered delays.
  std::optional<std::chrono::milliseconds> after(int status, const std::optional<std::string>& retry_after,
                                                 int retries) const;
  // After a body that broke off, whatever the count.
  std::chrono::milliseconds backoff(int retries) const;

  const RetryPolicy& policy() const { return policy_; }
  const RetryClock& clock() const { return clock_; }

 private:
  std::chrono::milliseconds backoff(std::chrono::milliseconds first, int retries) const;

  RetryPolicy policy_;
  RetryClock clock_;
};

// The one retry layer: repeats GET, HEAD, PUT and DELETE when no head came (not after silence, and a refused
// connection only twice, quickly) or when the status is one of the policy's, with growing, jittered delays or
// as Retry-After says. When it gives up, the last answer or error is handed on as it is. An unchanging body
// that breaks off is asked for again in the same way, what was delivered of it is passed over; any other that
// breaks off is not its business.
std::unique_ptr<Transport> retrying(std::unique_ptr<Transport> transport, RetryPolicy policy,
                                    RetryClock clock);

}  // namespace det::http
