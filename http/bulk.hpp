#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "http/answer_head.hpp"
#include "http/curl_transport.hpp"
#include "http/transport.hpp"
#include "model/error.hpp"

namespace det::http {

// Takes the answer to one request of a Bulk, on the thread that drives it. An Error that head() or body()
// throws ends the transfer, and comes back by end().
class Receiver {
 public:
  virtual ~Receiver() = default;

  // Whatever the status: redirects are answers, not followed.
  virtual void head(const AnswerHead& head) = 0;
  // The next bytes of the body, at most a quarter of a mebibyte of them.
  virtual void body(std::string_view bytes) = 0;
  // Once, last. Absent: the whole answer has come. Throws nothing.
  virtual void end(const std::optional<Error>& failure) = 0;
};

// Many requests at once over few connections, which are kept and used again. Nothing is repeated: that is for
// whoever asks (http/retry.hpp). Of one thread, but for wake().
class Bulk {
 public:
  virtual ~Bulk() = default;

  // `receiver` lives until its end(). Throws Error{usage} for a request that cannot be sent.
  virtual void start(const Request& request, Receiver& receiver) = 0;
  virtual std::size_t running() const = 0;
  // Moves what can be moved at once, after waiting for that no longer than `longest`.
  virtual void drive(std::chrono::milliseconds longest) = 0;
  // Ends every transfer, without a word to its receiver.
  virtual void abandon() = 0;
  // Any thread may call it: a drive() that waits returns.
  virtual void wake() = 0;
};

// Over libcurl. A transfer that moves less than a byte a second for `options.stall_timeout` ends as silence
// does (system_error ETIMEDOUT).
std::unique_ptr<Bulk> curl_bulk(const TransportOptions& options);

}  // namespace det::http
