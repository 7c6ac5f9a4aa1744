#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>

#include "http/curl_transport.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/never_cancelled.hpp"
#include "tests/support/thrown.hpp"

using det::Error;
using det::Failure;
using det::http::curl_transport;
using det::http::Request;
using det::http::TransportOptions;
using det::testing::answering;
using det::testing::http_answer;
using det::testing::LoopbackServer;
using det::testing::Peer;
using det::testing::thrown;
using namespace std::chrono_literals;

namespace {

const det::testing::NeverCancelled never_cancelled;

Error failure_of(const Request& request, const TransportOptions& options = {}) {
  return thrown([&] { read_all(*curl_transport(options, never_cancelled)->send(request), 10'000'000); });
}

std::string origin(const LoopbackServer& server) {
  return server.url("");
}

void check_unreachable(const Error& error, const std::string& sentence) {
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message == sentence);
  CHECK(error.retryable);
}

// Stops the work when its descriptor becomes readable, as a signal does.
class Pipe final : public det::http::Cancellation {
 public:
  Pipe() { REQUIRE(::pipe(ends_.data()) == 0); }
  ~Pipe() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  void press() const { REQUIRE(::write(ends_[1], "x", 1) == 1); }

  void check() const override {
    if (pressed_) throw Error(Failure::interrupted, "interrupted");
    pressed_ = true;  // the second time it is asked, after the descriptor has woken it
  }
  int wake_descriptor() const override { return ends_[0]; }
  std::optional<std::chrono::milliseconds> remaining() const override { return std::nullopt; }

 private:
  std::array<int, 2> ends_{-1, -1};
  mutable bool pressed_ = false;
};

}  // namespace

TEST_CASE("a refused connection is named with its reason") {
  std::string address;
  {
    LoopbackServer gone({});
    address = gone.authority();
  }
  const auto error = failure_of({.url = "http://" + address + "/secret?token=t0k3n"});
  check_unreachable(error, "could not connect to http://" + address + ": connection refused");
  CHECK(error.system_error == ECONNREFUSED);
}

TEST_CASE("a host that does not exist is named") {
  check_unreachable(failure_of({.url = "http://nowhere.invalid:8080/"}),
                    "could not connect to http://nowhere.invalid:8080: the host name was not found");
}

TEST_CASE("only http and https addresses are asked") {
  for (const char* url : {"ftp://user:pw@h/x", "file:///etc/passwd", "h:8080", ""}) {
    const auto error = failure_of({.url = url});
    CHECK(error.failure == Failure::usage);
    CHECK(error.message.find("pw") == std::string::npos);
  }
  CHECK(failure_of({.url = "http://u:p@h:1/"}).message.find("u:p") == std::string::npos);
}

TEST_CASE("a header that would split the request is refused") {
  const auto error =
      failure_of({.url = "http://127.0.0.1:1/", .headers = {{"Authorization", "Bearer a\r\nX: y"}}});
  CHECK(error.failure == Failure::usage);
  CHECK(error.message == "the value of header Authorization holds a control character");
}

TEST_CASE("a connection closed without an answer is unreachable") {
  LoopbackServer server({[](Peer& peer) { peer.request(); }});
  check_unreachable(failure_of({.url = server.url("/")}),
                    origin(server) + " closed the connection without an answer");
}

TEST_CASE("a body shorter than its length is unreachable, and what came is handed out first") {
  LoopbackServer server({[](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  }});
  const auto response = curl_transport({}, never_cancelled)->send({.url = server.url("/")});
  CHECK(response->next() == "abc");
  check_unreachable(thrown([&] { response->next(); }), "the answer of " + origin(server) + " ended early");
  check_unreachable(thrown([&] { response->next(); }), "the answer of " + origin(server) + " ended early");
}

TEST_CASE("a chunked body without its end is unreachable") {
  LoopbackServer server({[](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  }});
  check_unreachable(failure_of({.url = server.url("/")}), "the answer of " + origin(server) + " ended early");
}

TEST_CASE("a reset connection is unreachable") {
  LoopbackServer server({[](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    peer.reset();
  }});
  const auto error = failure_of({.url = server.url("/")});
  check_unreachable(error, "the connection to " + origin(server) + " broke: connection reset by peer");
}

TEST_CASE("an answer that is not HTTP is unreachable, and not worth retrying") {
  LoopbackServer server({answering({"SSH-2.0-OpenSSH_9.2\r\n"})});
  const auto error = failure_of({.url = server.url("/")});
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message == origin(server) + " did not answer with HTTP");
  CHECK_FALSE(error.retryable);
}

TEST_CASE("a server that does not answer is given up in time") {
  LoopbackServer server({[](Peer& peer) { peer.await_close(); }});
  const auto error = failure_of({.url = server.url("/")}, {.first_byte_timeout = 50ms});
  check_unreachable(error, "no answer from " + origin(server) + " within 0.05 s");
  CHECK(error.system_error == ETIMEDOUT);
}

TEST_CASE("a body that stalls is given up in time") {
  LoopbackServer server({[](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    peer.await_close();
  }});
  const auto error = failure_of({.url = server.url("/")}, {.stall_timeout = 50ms});
  check_unreachable(error, "the answer stalled: nothing more came from " + origin(server) + " within 0.05 s");
}

TEST_CASE("a head without end is given up") {
  LoopbackServer server({[](Peer& peer) {
    peer.request();
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-Padding: " + std::string(1000, 'x') + "\r\n")) continue;
  }});
  const auto error = failure_of({.url = server.url("/")});
  CHECK(error.failure == Failure::unreachable);
  CHECK(error.message == "the head of the answer of " + origin(server) + " is longer than 256 KiB");
}

TEST_CASE("a damaged compression is the master's error") {
  LoopbackServer server({answering({http_answer("no gzip at all", "Content-Encoding: gzip\r\n")})});
  const auto error = failure_of({.url = server.url("/"), .compressed = true});
  CHECK(error.failure == Failure::master);
  CHECK(error.message == "the answer of " + origin(server) + " is damaged: its compression is not valid");
}

TEST_CASE("a signal wakes a request that waits") {
  const Pipe signal;
  LoopbackServer server({[&](Peer& peer) {
    peer.request();
    signal.press();
    peer.await_close();
  }});
  const auto error = thrown([&] { curl_transport({}, signal)->send({.url = server.url("/")}); });
  CHECK(error.failure == Failure::interrupted);
}

TEST_CASE("a stopped command does not begin a request") {
  class Stopped final : public det::http::Cancellation {
    void check() const override { throw Error(Failure::timed_out, "the time given by --timeout elapsed"); }
    int wake_descriptor() const override { return -1; }
    std::optional<std::chrono::milliseconds> remaining() const override { return 0ms; }
  };
  LoopbackServer server({});
  CHECK(thrown([&] { curl_transport({}, Stopped())->send({.url = server.url("/")}); }).failure ==
        Failure::timed_out);
}
