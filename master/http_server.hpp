#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace det::master {

struct Header {
  std::string name;  // case does not matter
  std::string value;
};

// A request that has arrived whole. Nothing but its framing has been checked.
struct Request {
  std::string method;
  std::string path = {};   // as sent: still percent-encoded, "/api/v1/master" or "*"
  std::string query = {};  // as sent, what follows the '?'
  std::vector<Header> headers = {};
  std::string body = {};

  // The first header of that name; absent when there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

// A body that comes piece by piece. The server pulls it on a worker thread, one call at a time, and destroys
// it on some thread as soon as the answer has ended or the client has left, but never during a call.
class BodyStream {
 public:
  enum class Step {
    more,  // `piece` goes out at once; an empty one is skipped
    wait,  // nothing yet: next() is called again after the waker
    end,
  };
  // May be called at any time from any thread, also when the stream is gone; does nothing lengthy.
  using Waker = std::function<void()>;

  virtual ~BodyStream() = default;

  // Called once, before the first next(). For streams that never wait there is nothing to do.
  virtual void on_ready(Waker /*waker*/) {}
  // Sets `piece`, which is empty before. Whatever it throws cuts the connection, so that the client sees a
  // body that is too short.
  virtual Step next(std::string& piece) = 0;
};

// Content-Length, Transfer-Encoding, Connection and Date are the server's own: they are dropped from
// `headers`, and so are headers without a value. A header that would break the answer apart (a control
// character) makes it a 500.
struct Response {
  int status = 200;
  std::vector<Header> headers = {};
  std::string body = {};
  std::unique_ptr<BodyStream> stream = {};  // instead of `body`; chunked, unless its length is known
  std::optional<std::uint64_t> length =
      {};  // of the stream; with neither body nor stream, of what HEAD leaves out
};

// The way back to the client. Copies speak for the same request: the first answer counts, from whichever
// thread and however late, and others are dropped, as all are once the client has left. When the last copy
// goes unanswered the client gets a 500.
class Responder {
 public:
  // `deliver` is called once at most, and not after the client has left.
  explicit Responder(std::function<void(Response)> deliver);

  void send(Response response) const;

 private:
  class Answer;
  std::shared_ptr<Answer> answer_;
};

// Called on worker threads, by several at once. What it throws is dropped, and the client gets a 500.
using Handler = std::function<void(Request, Responder)>;

struct ServerOptions {
  std::string address = "127.0.0.1";                  // numeric, or a name
  int port = 0;                                       // 0: any that is free
  std::size_t longest_head = std::size_t{24} << 10U;  // a header counts 80 bytes more; beyond it 431, or 414
  std::uint64_t longest_body = std::uint64_t{128} << 20U;  // beyond it 413
  // How long the body may be that follows this head (a request without a body), if less than longest_body:
  // asked before any of the body is kept. On the thread of all connections: what it throws cuts this one.
  std::function<std::uint64_t(const Request& head)> body_limit = {};
  std::uint64_t most_body_bytes = std::uint64_t{256} << 20U;  // of all requests together; beyond it 503
  unsigned most_connections = 4096;                           // others wait to be accepted
  std::chrono::seconds longest_silence{
      60};  // of a client that is idle, sends or takes; not while it waits for us
  std::chrono::seconds longest_head_time{120};  // for a head that drips in; the connection is cut
  std::uint64_t slowest_body = 1024;            // bytes a second, over each longest_silence; likewise
  std::chrono::milliseconds grace{5000};        // for running requests when the server stops
  std::size_t workers = 16;
  std::string certificate_pem = {};  // TLS, where both are set
  std::string key_pem = {};
};

// A running HTTP/1.1 server: one thread for all connections, one that notices clients leaving while they
// wait, one that drops those who drip, and the workers. A client that closes its side of the connection has
// left. Memory of long bodies goes back to the system when they have been handled; for that, malloc maps
// large blocks one by one from the first server on.
class Server {
 public:
  virtual ~Server() = default;  // stops

  virtual int port() const = 0;
  // Accepts no more, lets running requests end within the grace, cuts the rest, and returns when no handler
  // runs any more: a handler that never returns must be ended by other means first. Not for a worker thread.
  virtual void stop() = 0;
};

// Throws Error{unclassified}: "could not listen on 127.0.0.1:8080: address already in use", and where
// libmicrohttpd is missing or the certificate cannot be used.
std::unique_ptr<Server> start_server(ServerOptions options, Handler handler);

}  // namespace det::master
