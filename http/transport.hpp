#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace det::http {

struct Header {
  std::string name;  // case does not matter
  std::string value;
};

struct Request {
  std::string method = "GET";
  std::string url = {};  // absolute, already encoded
  std::vector<Header> headers = {};
  std::string body = {};    // sent as it is; empty: none
  bool compressed = false;  // offer gzip; the body is then delivered decoded
  // The same request always gives the same body: one of known length that breaks off may be asked for again,
  // and goes on where it broke.
  bool unchanging = false;
  // The answer may be silent for as long as it likes, before its head and within: only a connection that is
  // found dead ends it.
  bool patient = false;
};

// An answer whose head has arrived. Dropping it ends the transfer.
class Response {
 public:
  virtual ~Response() = default;

  virtual int status() const = 0;
  // The first header of that name; absent when there is none.
  virtual std::optional<std::string> header(std::string_view name) const = 0;
  // The next piece of the body, valid until the next call; empty at its proper end. Memory stays bounded
  // however long the body is. Throws Error: unreachable when the connection ends early or stalls, timed_out,
  // interrupted.
  virtual std::string_view next() = 0;
};

// One HTTP stack for everyone. Not for use by several threads at once.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends the request and waits for the head of the answer, whatever its status; redirects are answers, not
  // followed. Throws Error: unreachable (no connection, no answer in time, not HTTP), timed_out, interrupted.
  virtual std::unique_ptr<Response> send(const Request& request) = 0;
};

// The whole rest of a body. Throws Error{master} when it is longer than `limit_bytes`.
std::string read_all(Response& response, std::size_t limit_bytes);

}  // namespace det::http
